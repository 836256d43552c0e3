import { selfSignedCertificate } from '@ingresskit/testkit'
import { describe, expect, it } from 'vitest'
import { binding, newStore, state } from '../test/states.ts'

const a = selfSignedCertificate({ names: ['a.example', '*.a.example'] })
const b = selfSignedCertificate({ names: ['a.example', 'b.example'] })
const served = (store: ReturnType<typeof newStore>) =>
  Object.fromEntries(store.certificates().map(({ secret, serverNames }) => [secret, serverNames]))

describe('bindings of server names', () => {
  it('go to the first one in order; another Secret for the same name is a problem of the later one', () => {
    const store = newStore()
    const bindings = [binding('shop/a', ['a.example']), binding('shop/b', ['A.example.', 'b.example'])]
    const problems = store.publish(state(bindings, { 'shop/a': a, 'shop/b': b }))
    expect(problems).toMatchObject([{ reason: 'HostClaimedTwice', secret: 'shop/b', owner: 'shop/ingress-of-shop-b' }])
    expect(served(store)).toEqual({ 'shop/a': ['a.example'], 'shop/b': ['b.example'] })
  })

  it('may repeat a name with the same Secret', () => {
    const store = newStore()
    expect(
      store.publish(state([binding('shop/a', ['a.example']), binding('shop/a', ['a.example'])], { 'shop/a': a })),
    ).toEqual([])
  })

  it('leave a name to the next one when the first has no certificate', () => {
    const store = newStore()
    const bindings = [binding('shop/gone', ['a.example']), binding('shop/b', ['a.example'])]
    expect(store.publish(state(bindings, { 'shop/b': b }))).toEqual([])
    expect(served(store)).toEqual({ 'shop/b': ['a.example'] })
  })

  it.each([
    { host: 'c.example', covered: false },
    { host: '*.example', covered: false },
    { host: 'x.a.example', covered: true },
    { host: '*.a.example', covered: true },
    { host: 'y.x.a.example', covered: false },
    { host: '.a.example', covered: false },
    { host: '', covered: false },
    { host: 'a.example\0.evil', covered: false },
    { host: 'a'.repeat(10_000), covered: false },
  ])('are used only for hosts that a subjectAltName covers (case %#)', ({ host, covered }) => {
    const store = newStore()
    const problems = store.publish(state([binding('shop/a', [host])], { 'shop/a': a }))
    expect(problems.map(({ reason }) => reason)).toEqual(covered ? [] : ['HostNotCovered'])
    expect(store.covers(host)).toBe(covered)
  })

  it('do not go by the common name', () => {
    const store = newStore()
    const pair = selfSignedCertificate({ names: [], commonName: 'a.example' })
    expect(store.publish(state([binding('shop/cn', ['a.example'])], { 'shop/cn': pair }))).toMatchObject([
      { severity: 'warning', reason: 'HostNotCovered' },
    ])
  })

  it('take coveredHosts only where covered and claimed by nobody, silently', () => {
    const store = newStore()
    const bindings = [binding('shop/b', [], ['a.example', 'b.example', 'c.example']), binding('shop/a', ['a.example'])]
    expect(store.publish(state(bindings, { 'shop/a': a, 'shop/b': b }))).toEqual([])
    expect(served(store)).toEqual({ 'shop/a': ['a.example'], 'shop/b': ['b.example'] })
  })

  it('do not mistake names of Object.prototype for server names', () => {
    const store = newStore()
    store.publish(state([binding('shop/a', ['a.example'])], { 'shop/a': a }))
    expect([store.covers('constructor'), store.covers('__proto__')]).toEqual([false, false])
  })
})
