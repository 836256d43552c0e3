import { selfSignedCertificate } from '@ingresskit/testkit'
import { describe, expect, it } from 'vitest'
import { binding, newStore, state } from '../test/states.ts'
import { parseTlsSecret } from './parse-tls-secret.ts'

const pair = selfSignedCertificate({ names: ['a.example'] })
const base64 = (text: string): string => Buffer.from(text).toString('base64')
const data = { 'tls.crt': base64(pair.certificatePem), 'tls.key': base64(pair.privateKeyPem) }
const named = { namespace: 'shop', name: 'a', type: 'kubernetes.io/tls' }

describe('parseTlsSecret', () => {
  it('decodes the two PEM texts, wrapped lines included', () => {
    const wrapped = { ...data, 'tls.crt': data['tls.crt'].replaceAll(/.{76}/g, '$&\n') }
    expect(parseTlsSecret({ ...named, data: wrapped })).toEqual({ kind: 'ok', secret: { key: 'shop/a', ...pair } })
  })

  it('reads stringData of manifests, which wins over data', () => {
    const stringData = { 'tls.crt': pair.certificatePem }
    const both = { ...data, 'tls.crt': base64('old') }
    expect(parseTlsSecret({ ...named, data: both, stringData })).toEqual({
      kind: 'ok',
      secret: { key: 'shop/a', ...pair },
    })
  })

  it.each([
    { title: 'another type', object: { type: 'kubernetes.io/service-account-token', data }, field: 'type' },
    { title: 'no data', object: {}, field: 'data["tls.crt"]' },
    { title: 'data that is no object', object: { data: 'x' }, field: 'data["tls.crt"]' },
    { title: 'no key', object: { data: { 'tls.crt': data['tls.crt'] } }, field: 'data["tls.key"]' },
    { title: 'an empty key', object: { data: { ...data, 'tls.key': '' } }, field: 'data["tls.key"]' },
    { title: 'a number for a key', object: { data: { ...data, 'tls.key': 7 } }, field: 'data["tls.key"]' },
    {
      title: 'plain text where base64 belongs',
      object: { data: { ...data, 'tls.crt': pair.certificatePem } },
      field: 'data["tls.crt"]',
    },
    { title: 'base64 without padding', object: { data: { ...data, 'tls.crt': 'YQ' } }, field: 'data["tls.crt"]' },
    { title: 'base64url', object: { data: { ...data, 'tls.crt': '-_-_' } }, field: 'data["tls.crt"]' },
    {
      title: 'more than 1 MiB',
      object: { data: { ...data, 'tls.crt': 'AAAA'.repeat(400_000) } },
      field: 'data["tls.crt"]',
    },
  ])('refuses a Secret with $title', ({ object, field }) => {
    expect(parseTlsSecret({ ...named, ...object })).toMatchObject({
      kind: 'invalid',
      problem: { severity: 'error', secret: 'shop/a', field },
    })
  })
})

describe('key material', () => {
  it('is in no problem and in no fact, however the Secret is mixed up', () => {
    const other = selfSignedCertificate({ names: ['b.example'] })
    const pieces = [
      pair.certificatePem,
      other.certificatePem,
      pair.privateKeyPem,
      pair.privateKeyPem.slice(0, 150),
      '',
      'x',
    ]
    const keyLines = pair.privateKeyPem.split('\n').filter(line => line.length > 20 && !line.startsWith('-----'))
    for (const certificatePem of pieces) {
      for (const privateKeyPem of pieces) {
        const parsed = parseTlsSecret({
          ...named,
          data: { 'tls.crt': base64(certificatePem), 'tls.key': base64(privateKeyPem) },
        })
        const raw = parseTlsSecret({ ...named, data: { 'tls.crt': certificatePem, 'tls.key': privateKeyPem } })
        const store = newStore()
        const problems = store.publish(
          state([binding('shop/a', ['a.example', 'c.example'])], { 'shop/a': { certificatePem, privateKeyPem } }),
        )
        const shown = JSON.stringify([
          problems,
          store.certificates(),
          raw,
          parsed.kind === 'invalid' ? parsed.problem : null,
        ])
        expect(shown).not.toContain('PRIVATE KEY')
        for (const line of keyLines) expect(shown).not.toContain(line)
      }
    }
  })
})
