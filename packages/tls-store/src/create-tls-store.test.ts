import { once } from 'node:events'
import { certificateAuthority, selfSignedCertificate } from '@ingresskit/testkit'
import { describe, expect, it } from 'vitest'
import { fingerprintFor, open, serve } from '../test/handshake.ts'
import { binding, fallback, fingerprintOf, newStore, state } from '../test/states.ts'
import { createTlsStore } from './create-tls-store.ts'
import { TlsStoreError } from './tls-store-error.ts'

const exact = selfSignedCertificate({ names: ['a.example'] })
const wildcard = selfSignedCertificate({ names: ['*.example'] })
const other = selfSignedCertificate({ names: ['default.example'] })

describe('a TLS server that asks the store', () => {
  it('serves the exact name, then the wildcard, then the default', async () => {
    const store = newStore()
    const bindings = [binding('shop/exact', ['a.example']), binding('shop/wild', ['*.example'])]
    expect(store.publish(state(bindings, { 'shop/exact': exact, 'shop/wild': wildcard }))).toEqual([])
    const server = await serve(store)
    expect(await fingerprintFor(server, 'a.example')).toBe(fingerprintOf(exact))
    expect(await fingerprintFor(server, 'A.Example')).toBe(fingerprintOf(exact))
    expect(await fingerprintFor(server, 'b.example')).toBe(fingerprintOf(wildcard))
    expect(await fingerprintFor(server, 'c.b.example')).toBe(fingerprintOf(fallback))
    expect(await fingerprintFor(server)).toBe(fingerprintOf(fallback))
  })

  it('sends the whole chain, so that a client with the root alone accepts it', async () => {
    const root = certificateAuthority()
    const store = newStore()
    const pair = root.intermediate().issue({ names: ['a.example'] })
    expect(store.publish(state([binding('shop/a', ['a.example'])], { 'shop/a': pair }))).toEqual([])
    const server = await serve(store)
    const socket = await open(server, 'a.example', root.certificatePem)
    expect(socket.authorized).toBe(true)
    socket.destroy()
  })

  it('serves a rotated certificate to new handshakes at once and leaves an existing connection alone', async () => {
    const root = certificateAuthority()
    const [before, after] = [root.issue({ names: ['a.example'] }), root.issue({ names: ['a.example'] })]
    const store = newStore()
    const bindings = [binding('shop/a', ['a.example'])]
    store.publish(state(bindings, { 'shop/a': before }))
    const server = await serve(store)
    const existing = await open(server, 'a.example', root.certificatePem)

    store.publish(state(bindings, { 'shop/a': after }))
    const fresh = await open(server, 'a.example', root.certificatePem)
    expect(fresh.getPeerCertificate().fingerprint256).toBe(fingerprintOf(after))
    fresh.destroy()
    existing.write('still here')
    const [echoed] = (await once(existing, 'data')) as [Buffer]
    expect(echoed.toString()).toBe('still here')
    expect(existing.getPeerCertificate().fingerprint256).toBe(fingerprintOf(before))
    existing.destroy()
  })

  it('speaks TLS 1.2 and 1.3 with ECDSA and RSA certificates', async () => {
    const store = newStore()
    const rsa = selfSignedCertificate({ names: ['rsa.example'], keyType: 'rsa' })
    const bindings = [binding('shop/rsa', ['rsa.example']), binding('shop/ec', ['a.example'])]
    expect(store.publish(state(bindings, { 'shop/rsa': rsa, 'shop/ec': exact }))).toEqual([])
    const server = await serve(store)
    expect(await fingerprintFor(server, 'rsa.example')).toBe(fingerprintOf(rsa))
    expect(await fingerprintFor(server, 'a.example')).toBe(fingerprintOf(exact))
    expect(store.certificates().map(({ keyType }) => keyType)).toEqual(['rsa 2048', 'ec prime256v1'])
  })
})

describe('the default certificate', () => {
  it('is the one of defaultSecret, and listeners hear when it changes', () => {
    const store = newStore()
    const seen: string[] = []
    const stop = store.onDefaultChange(() => seen.push(fingerprintOf(store.defaultIdentity)))
    const withDefault = state([], { 'ops/default': other }, { defaultSecret: 'ops/default' })
    store.publish(withDefault)
    store.publish(state([], { 'ops/default': { ...other } }, { defaultSecret: 'ops/default' }))
    store.publish(state([], {}, { defaultSecret: 'ops/default' }))
    stop()
    store.publish(withDefault)
    expect(seen).toEqual([fingerprintOf(other), fingerprintOf(fallback)])
    expect(store.certificates()).toMatchObject([{ secret: 'ops/default', serverNames: [] }])
  })

  it('covers no name', () => {
    const store = newStore()
    store.publish(state([binding('shop/a', ['a.example'])], { 'shop/a': exact }))
    expect([store.covers('a.example.'), store.covers('b.example'), store.covers('')]).toEqual([true, false, false])
  })

  it('must be sound: a store cannot be made without it', () => {
    const broken = { certificatePem: fallback.certificatePem, privateKeyPem: other.privateKeyPem }
    expect(() => createTlsStore({ fallbackIdentity: broken, now: Date.now })).toThrow(TlsStoreError)
  })
})

describe('secure contexts', () => {
  it('are made once, and again after maxContexts others were used since', () => {
    const names = ['a.example', 'b.example', 'c.example']
    const secrets = Object.fromEntries(names.map(name => [`shop/${name}`, selfSignedCertificate({ names: [name] })]))
    const store = newStore({ maxContexts: 2 })
    store.publish(
      state(
        names.map(name => binding(`shop/${name}`, [name])),
        secrets,
      ),
    )
    const first = store.contextFor('a.example')
    expect(store.contextFor('a.example')).toBe(first)
    store.contextFor('b.example')
    expect(store.contextFor('a.example')).toBe(first)
    store.contextFor('b.example')
    store.contextFor('c.example')
    expect(store.contextFor('a.example')).not.toBe(first)
  })

  it('stay the same over a publish that does not concern them', () => {
    const store = newStore()
    const bindings = [binding('shop/a', ['a.example']), binding('shop/wild', ['*.example'])]
    store.publish(state(bindings, { 'shop/a': exact, 'shop/wild': wildcard }))
    const kept = store.contextFor('a.example')
    store.publish(
      state(bindings, { 'shop/a': { ...exact }, 'shop/wild': selfSignedCertificate({ names: ['*.example'] }) }),
    )
    expect(store.contextFor('a.example')).toBe(kept)
  })

  it('are not kept by names that clients choose', () => {
    const store = newStore({ maxContexts: 1 })
    store.publish(state([binding('shop/wild', ['*.example'])], { 'shop/wild': wildcard }))
    const contexts = new Set(Array.from({ length: 1000 }, (_, i) => store.contextFor(`n${i}.example`)))
    expect(contexts.size).toBe(1)
    expect(store.contextFor(`${'x'.repeat(100_000)}.example`)).toBe(store.contextFor(''))
  })

  it('that OpenSSL refuses to make leave the name to the default, and the next publish says so', () => {
    const store = newStore()
    const weak = selfSignedCertificate({ names: ['weak.example'], curve: 'prime192v1' })
    const weakState = state([binding('shop/weak', ['weak.example'])], { 'shop/weak': weak })
    store.publish(weakState)
    expect(store.contextFor('weak.example')).toBe(store.contextFor('unknown.example'))
    expect(store.publish(weakState)).toMatchObject([{ reason: 'CertificateInvalid', secret: 'shop/weak' }])
  })

  it('of the default certificate that OpenSSL refuses leave the fallback in place, and publish says so', () => {
    const store = newStore()
    const weak = selfSignedCertificate({ names: ['weak.example'], curve: 'prime192v1' })
    const problems = store.publish(state([], { 'ops/weak': weak }, { defaultSecret: 'ops/weak' }))
    expect(problems).toMatchObject([{ reason: 'CertificateInvalid', secret: 'ops/weak' }])
    expect(store.defaultIdentity).toEqual(fallback)
  })

  it.each([0, -1, 1.5, Number.NaN])('cannot be bounded by %d', maxContexts => {
    expect(() => newStore({ maxContexts })).toThrow('maxContexts')
  })
})
