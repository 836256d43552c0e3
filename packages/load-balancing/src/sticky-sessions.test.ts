import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { seeded } from '../test/seed.ts'
import { client, countingKeys, endpointsOf, sign } from '../test/sessions.ts'
import type { Balancer, Endpoint } from './balancer.ts'
import { LoadBalancingError } from './load-balancing-error.ts'
import { ringHash } from './ring-hash.ts'
import { stickySessions } from './sticky-sessions.ts'
import type { StickySessionsOptions } from './sticky-sessions-options.ts'

const modes = ['persistent', 'balanced'] as const
const onFailures = ['stay', 'move'] as const

const sticky = (
  endpoints: readonly Endpoint[],
  options: Pick<StickySessionsOptions, 'mode'> & Partial<StickySessionsOptions>,
): Balancer<Endpoint> =>
  stickySessions(ringHash(endpoints), { sign, newKey: countingKeys(), onFailure: 'stay', ...options })

describe.each(modes)(seeded('stickySessions, %s'), mode => {
  it('gives a client one token, and the same endpoint for as long as nothing changes', () => {
    const balancer = sticky(endpointsOf('a', 'b', 'c'), { mode })
    for (let number = 0; number < 50; number += 1) {
      const one = client()
      const first = one.visit(balancer)
      expect([one.visit(balancer), one.visit(balancer), one.tokensGiven()]).toEqual([first, first, 1])
    }
  })

  it('spreads clients without a session over all endpoints', () => {
    const balancer = sticky(endpointsOf('a', 'b', 'c'), { mode })
    const firsts = new Set(Array.from({ length: 50 }, () => client().visit(balancer)))
    expect([...firsts].sort()).toEqual(['a', 'b', 'c'])
  })

  it('knows the tokens of another thread with the same secret', () => {
    const here = sticky(endpointsOf('a', 'b', 'c'), { mode })
    const there = sticky(endpointsOf('c', 'b', 'a'), { mode })
    for (let number = 0; number < 20; number += 1) {
      const one = client()
      const first = one.visit(here)
      expect([one.visit(there), one.tokensGiven()]).toEqual([first, 1])
    }
  })

  it('takes a token of another backend for none', () => {
    const one = client()
    one.visit(sticky(endpointsOf('a'), { mode, sign: text => sign(`other ${text}`) }))
    one.visit(sticky(endpointsOf('a'), { mode }))
    expect(one.tokensGiven()).toBe(2)
  })

  it('takes what a client made up for none, however long', () => {
    const balancer = sticky(endpointsOf('a', 'b'), { mode })
    const texts = fc.oneof(
      fc.string({ maxLength: 300 }),
      fc.constantFrom(
        'a',
        'b',
        '__proto__',
        'key-1',
        sign('z'),
        `key-1.${sign('b')}.${sign('b')}`,
        '.'.repeat(100_000),
      ),
    )
    fc.assert(
      fc.property(texts, text => {
        const one = client(text)
        one.visit(balancer)
        expect(one.tokensGiven()).toBe(1)
        expect(one.token()).not.toBe(text)
      }),
    )
  })

  it('gives tokens of at most 386 characters that a cookie can carry (RFC 6265 §4.1.1)', () => {
    const long = (text: string): string => sign(text).repeat(3).slice(0, 128)
    for (const options of [{ mode }, { mode, sign: long, newKey: () => 'k'.repeat(128) }]) {
      const balancer = sticky(endpointsOf('a', 'b'), options)
      const one = client()
      const first = one.visit(balancer)
      expect(one.token()).toMatch(/^[\u{21}\u{23}-\u{2B}\u{2D}-\u{3A}\u{3C}-\u{5B}\u{5D}-\u{7E}]{1,386}$/u)
      expect([one.visit(balancer), one.tokensGiven()]).toEqual([first, 1])
    }
  })

  it('says nothing about the address of an endpoint in a token', () => {
    const one = client()
    one.visit(sticky(endpointsOf('10.20.30.40:8080'), { mode }))
    expect(one.token()).not.toMatch(/10\.20|8080/u)
  })

  it('keeps the sessions of an endpoint of weight 0 and gives it no new ones', () => {
    const before = sticky(endpointsOf('a', 'b', 'c'), { mode })
    const clients = Array.from({ length: 60 }, () => client())
    const homes = clients.map(one => one.visit(before))
    const draining = before.withEndpoints(endpointsOf('a', '-b', 'c'))
    expect(clients.map(one => one.visit(draining))).toEqual(homes)
    expect(clients.map(one => one.tokensGiven())).toEqual(clients.map(() => 1))
    expect(homes).toContain('b')
    for (let number = 0; number < 60; number += 1) expect(client().visit(draining)).not.toBe('b')
  })

  it('moves the sessions of an endpoint that is gone, and no others', () => {
    const before = sticky(endpointsOf('a', 'b', 'c'), { mode })
    const clients = Array.from({ length: 60 }, () => client())
    const homes = clients.map(one => one.visit(before))
    const without = before.withEndpoints(endpointsOf('a', '-b', 'c')).withEndpoints(endpointsOf('a', 'c'))
    for (const [index, one] of clients.entries()) {
      const next = one.visit(without)
      if (homes[index] === 'b') expect(next).not.toBe('b')
      else expect(next).toBe(homes[index])
      expect([one.visit(without), one.tokensGiven()]).toEqual([next, homes[index] === 'b' ? 2 : 1])
    }
  })

  it('knows a token again when its endpoint returns', () => {
    const before = sticky(endpointsOf('a', 'b'), { mode })
    const clients = Array.from({ length: 20 }, () => client())
    const homes = clients.map(one => one.visit(before))
    const again = before.withEndpoints(endpointsOf('b')).withEndpoints(endpointsOf('b', 'a'))
    expect(clients.map(one => one.visit(again))).toEqual(homes)
    expect(clients.map(one => one.tokensGiven())).toEqual(clients.map(() => 1))
  })

  it('says why there is no endpoint, whatever the client brings', () => {
    const one = client()
    one.visit(sticky(endpointsOf('a'), { mode }))
    expect(one.visit(sticky([], { mode }))).toBe('no-endpoints')
    expect(one.visit(sticky(endpointsOf('a', '-b'), { mode }), 'a')).toBe('all-excluded')
    expect(client().visit(sticky(endpointsOf('-a'), { mode }))).toBe('all-excluded')
  })

  it('counts the requests of sessions as all others, over all generations', () => {
    const balancer = sticky(endpointsOf('a', 'b'), { mode })
    balancer.started({ key: 'a' }, { isRetry: true })
    const next = balancer.withEndpoints(endpointsOf('b'))
    balancer.connected({ key: 'a' })
    expect(next.inFlight('a')).toBe(1)
    next.finished({ key: 'a' }, { outcome: 'success', wasConnected: true, isRetry: true })
    expect(balancer.inFlight('a')).toBe(0)
  })

  it.each(['', 'a.b', 'a;b', 'a b', 'a"b', 'ä', 'a'.repeat(129)])('refuses a signature of "%s"', signature => {
    expect(() => sticky(endpointsOf('a'), { mode, sign: () => signature })).toThrow(LoadBalancingError)
    expect(() => sticky(endpointsOf('a'), { mode, sign: () => signature })).toThrow('option "sign"')
  })

  it.each(onFailures)('never picks an excluded endpoint and finds one that is left, on failure %s', onFailure => {
    const keys = ['a', 'b', 'c', 'd']
    const sets = fc.uniqueArray(fc.record({ key: fc.constantFrom(...keys), weight: fc.nat(2) }), {
      selector: ({ key }) => key,
    })
    const visits = fc.array(fc.record({ who: fc.nat(4), excluded: fc.subarray(keys) }), { maxLength: 12 })
    fc.assert(
      fc.property(fc.array(fc.tuple(sets, visits), { maxLength: 4 }), generations => {
        const clients = Array.from({ length: 5 }, () => client())
        let balancer = sticky([], { mode, onFailure })
        for (const [endpoints, requests] of generations) {
          balancer = balancer.withEndpoints(endpoints)
          for (const { who, excluded } of requests) {
            const one = clients[who]
            const given = one?.tokensGiven()
            const picked = one?.visit(balancer, ...excluded) ?? ''
            const weights = new Map(endpoints.map(({ key, weight }) => [key, weight]))
            const left = endpoints.filter(({ key, weight }) => weight > 0 && !excluded.includes(key))
            if (!weights.has(picked)) expect(left).toEqual([])
            else expect(excluded).not.toContain(picked)
            // Only an old session leads to an endpoint that is draining, and then there is no new token.
            if (weights.get(picked) === 0) expect(one?.tokensGiven()).toBe(given)
          }
        }
      }),
    )
  })
})
