import { certificateAuthority, selfSignedCertificate } from '@ingresskit/testkit'
import { describe, expect, it } from 'vitest'
import { fingerprintFor, serve } from '../test/handshake.ts'
import { binding, fallback, fingerprintOf, newStore, state } from '../test/states.ts'

const dayMs = 86_400_000
const nowMs = Date.UTC(2030, 0, 1)
const dates = (fromDays: number, toDays: number) => ({
  notBefore: new Date(nowMs + fromDays * dayMs),
  notAfter: new Date(nowMs + toDays * dayMs),
})
const bindings = [binding('shop/a', ['a.example'])]
const good = selfSignedCertificate({ names: ['a.example'], ...dates(-1, 90) })
const stranger = selfSignedCertificate({ names: ['a.example'], ...dates(-1, 90) })
const bad = {
  'a key of another certificate': {
    pair: { certificatePem: good.certificatePem, privateKeyPem: stranger.privateKeyPem },
    reason: 'KeyCertificateMismatch',
  },
  'no certificate': {
    pair: { certificatePem: 'hello', privateKeyPem: good.privateKeyPem },
    reason: 'CertificateInvalid',
  },
  'a broken certificate': {
    pair: { certificatePem: good.certificatePem.replace(/MI./, 'AAA'), privateKeyPem: good.privateKeyPem },
    reason: 'CertificateInvalid',
  },
  'no private key': { pair: { certificatePem: good.certificatePem, privateKeyPem: 'x' }, reason: 'PrivateKeyInvalid' },
  'an RSA key too short to be served': {
    pair: selfSignedCertificate({ names: ['a.example'], keyType: 'rsa', rsaBits: 1024, ...dates(-1, 90) }),
    reason: 'CertificateInvalid',
  },
}

describe('a Secret that becomes bad', () => {
  it.each(Object.entries(bad))('with %s keeps being served with its last good certificate', (_, { pair, reason }) => {
    const store = newStore({ now: () => nowMs })
    expect(store.publish(state(bindings, { 'shop/a': good }))).toEqual([])
    const problems = store.publish(state(bindings, { 'shop/a': pair }))
    expect(problems).toMatchObject([{ severity: 'error', reason, secret: 'shop/a' }])
    expect(problems[0]?.message).toContain('last good certificate')
    expect(store.certificates()).toMatchObject([{ fingerprint256: fingerprintOf(good), serverNames: ['a.example'] }])
    expect(store.publish(state(bindings, { 'shop/a': stranger }))).toEqual([])
    expect(store.certificates()).toMatchObject([{ fingerprint256: fingerprintOf(stranger) }])
  })

  it.each(Object.entries(bad))(
    'from the start, with %s, leaves its names to the default',
    async (_, { pair, reason }) => {
      const store = newStore({ now: () => nowMs })
      expect(store.publish(state(bindings, { 'shop/a': pair }))).toMatchObject([{ reason }])
      const server = await serve(store)
      expect(await fingerprintFor(server, 'a.example')).toBe(fingerprintOf(fallback))
    },
  )

  it('harms no other Secret', () => {
    const store = newStore({ now: () => nowMs })
    const both = [...bindings, binding('shop/b', ['a.example', 'b.example'])]
    const second = selfSignedCertificate({ names: ['b.example'], ...dates(-1, 90) })
    store.publish(state(both, { 'shop/a': bad['no certificate'].pair, 'shop/b': second }))
    expect([store.covers('a.example'), store.covers('b.example')]).toEqual([false, true])
  })

  it('so much that it cannot be parsed is named in unreadableSecrets and keeps its certificate; a deleted one does not', () => {
    const store = newStore({ now: () => nowMs })
    store.publish(state(bindings, { 'shop/a': good }))
    expect(store.publish(state(bindings, {}, { unreadableSecrets: new Set(['shop/a']) }))).toEqual([])
    expect(store.covers('a.example')).toBe(true)
    expect(store.publish(state(bindings, {}))).toEqual([])
    expect(store.covers('a.example')).toBe(false)
  })
})

describe('the dates of a certificate', () => {
  it.each([
    { title: 'expired', validity: dates(-90, -1), problems: [{ severity: 'error', reason: 'CertificateExpired' }] },
    {
      title: 'not yet valid',
      validity: dates(1, 90),
      problems: [{ severity: 'error', reason: 'CertificateNotYetValid' }],
    },
    {
      title: 'nine days left of ninety',
      validity: dates(-81, 9),
      problems: [{ severity: 'warning', reason: 'CertificateExpiresSoon' }],
    },
    { title: 'eleven days left', validity: dates(-79, 11), problems: [] },
    { title: 'four days left of six', validity: dates(-2, 4), problems: [] },
    {
      title: 'one day left of six',
      validity: dates(-5, 1),
      problems: [{ severity: 'warning', reason: 'CertificateExpiresSoon' }],
    },
  ])('$title: reported, and served for want of a better one', ({ validity, problems }) => {
    const store = newStore({ now: () => nowMs })
    const pair = selfSignedCertificate({ names: ['a.example'], ...validity })
    expect(store.publish(state(bindings, { 'shop/a': pair }))).toMatchObject(problems)
    expect(store.certificates()).toMatchObject([{ fingerprint256: fingerprintOf(pair) }])
  })

  it('keep a new certificate waiting while the one before it is still good', () => {
    let clockMs = nowMs
    const store = newStore({ now: () => clockMs })
    const early = selfSignedCertificate({ names: ['a.example'], ...dates(2, 90) })
    store.publish(state(bindings, { 'shop/a': good }))
    expect(store.publish(state(bindings, { 'shop/a': early }))).toMatchObject([{ reason: 'CertificateNotYetValid' }])
    expect(store.certificates()).toMatchObject([{ fingerprint256: fingerprintOf(good) }])
    clockMs += 3 * dayMs
    expect(store.publish(state(bindings, { 'shop/a': early }))).toEqual([])
    expect(store.certificates()).toMatchObject([{ fingerprint256: fingerprintOf(early) }])
  })
})

describe('the chain of a certificate', () => {
  it('that is out of order is a warning, and is served', () => {
    const store = newStore({ now: () => nowMs })
    const pair = certificateAuthority()
      .intermediate()
      .issue({ names: ['a.example'], ...dates(-1, 90) })
    const mixed = pair.certificatePem + good.certificatePem
    const problems = store.publish(state(bindings, { 'shop/a': { ...pair, certificatePem: mixed } }))
    expect(problems).toMatchObject([{ severity: 'warning', reason: 'CertificateChainInvalid' }])
    expect(store.covers('a.example')).toBe(true)
  })

  it('may not be longer than 16 certificates', () => {
    const store = newStore({ now: () => nowMs })
    const long = { ...good, certificatePem: good.certificatePem.repeat(17) }
    expect(store.publish(state(bindings, { 'shop/a': long }))).toMatchObject([{ reason: 'CertificateInvalid' }])
  })
})
