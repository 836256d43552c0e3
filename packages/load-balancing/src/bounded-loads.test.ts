import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { seeded } from '../test/seed.ts'
import type { Balancer, Endpoint } from './balancer.ts'
import { boundedLoads } from './bounded-loads.ts'
import { type InFlight, localInFlight } from './in-flight.ts'
import { LoadBalancingError } from './load-balancing-error.ts'
import { maglev } from './maglev.ts'
import { rendezvous } from './rendezvous.ts'
import { ringHash } from './ring-hash.ts'
import { sharedInFlight } from './shared-in-flight.ts'
import { sharedInFlightSlots } from './shared-in-flight-slots.ts'

type Weighted = Required<Endpoint>

const members = fc.uniqueArray(
  fc.record({ key: fc.constantFrom(...'abcdefghijklmnop'.split('')), weight: fc.integer({ min: 1, max: 3 }) }),
  { selector: endpoint => endpoint.key, minLength: 1, maxLength: 16 },
)
// Eighths are exact, so that the bound below is too.
const factors = fc.integer({ min: 8, max: 20 }).map(eighths => eighths / 8)
const steps = fc.array(
  fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({ kind: fc.constant('begin' as const), hashKey: fc.constantFrom(...'123456789'.split('')) }),
    },
    { weight: 3, arbitrary: fc.record({ kind: fc.constant('end' as const), which: fc.nat() }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('change' as const), endpoints: members }) },
  ),
  { maxLength: 80 },
)
const excludedKeys = fc.subarray('abcdefghijklmnop'.split(''), { maxLength: 6 }).map(some => new Set(some))

const keyOf = (balancer: Balancer<Weighted>, hashKey: string, excluded: ReadonlySet<string> = new Set()): string => {
  const result = balancer.pick({ hashKey, excluded })
  return result.kind === 'picked' ? result.endpoint.key : result.reason
}

/** ⌈factor × average⌉ with this many requests in flight in all, by key. */
const boundsOf = (endpoints: readonly Weighted[], total: number, factor: number): ReadonlyMap<string, number> => {
  const weight = endpoints.reduce((sum, endpoint) => sum + endpoint.weight, 0)
  return new Map(endpoints.map(one => [one.key, Math.ceil((factor * total * one.weight) / weight)]))
}
const totalOf = (endpoints: readonly Weighted[], inFlight: InFlight): number =>
  endpoints.reduce((sum, { key }) => sum + inFlight.count(key), 0)

describe.each([
  ['ring-hash', ringHash],
  ['maglev', maglev],
  ['rendezvous', rendezvous],
])(seeded('boundedLoads over %s'), (_, strategy) => {
  it('picks what the strategy does when all full endpoints are excluded: the same one while it has room', () => {
    fc.assert(
      fc.property(members, factors, steps, excludedKeys, (endpoints, factor, script, excluded) => {
        const inFlight = localInFlight()
        const open: string[] = []
        let plain: Balancer<Weighted> = strategy(endpoints, { inFlight })
        let bounded = boundedLoads(plain, { factor, inFlight })
        for (const step of script) {
          if (step.kind === 'change') {
            plain = plain.withEndpoints(step.endpoints)
            bounded = bounded.withEndpoints(step.endpoints)
          } else if (step.kind === 'end') {
            const [key] = open.splice(step.which % Math.max(1, open.length), 1)
            if (key !== undefined) bounded.finished({ key, weight: 1 }, { outcome: 'success' })
          } else {
            const room = bounded.endpoints.filter(({ key }) => !excluded.has(key))
            const bounds = boundsOf(room, totalOf(room, inFlight) + 1, factor)
            const full = room
              .filter(({ key }) => inFlight.count(key) + 1 > (bounds.get(key) ?? 0))
              .map(({ key }) => key)
            const picked = keyOf(bounded, step.hashKey, excluded)
            expect(picked).toBe(keyOf(plain, step.hashKey, new Set([...excluded, ...full])))
            if (picked === 'all-excluded') continue
            bounded.started({ key: picked, weight: 1 })
            open.push(picked)
          }
        }
      }),
      { numRuns: 40 },
    )
  })
})

describe(seeded('boundedLoads'), () => {
  it('keeps every endpoint at or below the bound at every step while requests begin', () => {
    const hashKeys = fc.array(fc.constantFrom('hot', 'warm', 'cool', 'cold'), { maxLength: 60 })
    fc.assert(
      fc.property(members, factors, hashKeys, (endpoints, factor, requests) => {
        const inFlight = localInFlight()
        const balancer = boundedLoads(ringHash(endpoints, { inFlight }), { factor, inFlight })
        for (const [index, hashKey] of requests.entries()) {
          balancer.started({ key: keyOf(balancer, hashKey), weight: 1 })
          const bounds = boundsOf(endpoints, index + 1, factor)
          for (const { key } of endpoints) expect(inFlight.count(key)).toBeLessThanOrEqual(bounds.get(key) ?? 0)
        }
      }),
    )
  })

  it('spreads one hot key over a thousand endpoints evenly with factor 1', () => {
    const endpoints = Array.from({ length: 1000 }, (_, index) => ({ key: `e${index}`, weight: 1 }))
    const inFlight = localInFlight()
    const balancer = boundedLoads(maglev(endpoints, { inFlight }), { factor: 1, inFlight })
    for (let request = 0; request < 2_000; request += 1) {
      balancer.started({ key: keyOf(balancer, 'hot'), weight: 1 })
    }
    expect(new Set(endpoints.map(({ key }) => inFlight.count(key)))).toEqual(new Set([2]))
  })

  it('sees what other threads have in flight', () => {
    const slots = sharedInFlightSlots({ threads: 2 })
    const change = slots.assign(['a', 'b'], { revision: 1, seenByAll: 0 })
    const [mine, theirs] = [sharedInFlight(slots.memory, 0), sharedInFlight(slots.memory, 1)]
    if (change !== undefined) for (const counts of [mine, theirs]) counts.apply(change)
    const endpoints = ['a', 'b'].map(key => ({ key, weight: 1 }))
    const balancer = boundedLoads(ringHash(endpoints, { inFlight: mine }), { factor: 1, inFlight: mine })
    const home = keyOf(balancer, 'k')
    theirs.started(home)
    expect(keyOf(balancer, 'k')).not.toBe(home)
    theirs.finished(home)
    expect(keyOf(balancer, 'k')).toBe(home)
  })

  it('does not count what is in flight on draining endpoints, nor their share, as room', () => {
    const inFlight = localInFlight()
    const endpoints = [
      { key: 'draining', weight: 0 },
      { key: 'a', weight: 1 },
      { key: 'b', weight: 1 },
    ]
    const balancer = boundedLoads(ringHash(endpoints, { inFlight }), { factor: 1, inFlight })
    for (let request = 0; request < 50; request += 1) inFlight.started('draining')
    for (let request = 0; request < 2; request += 1) balancer.started({ key: keyOf(balancer, 'k'), weight: 1 })
    expect(['a', 'b'].map(key => inFlight.count(key))).toEqual([1, 1])
  })

  it('passes requests without a hash key through, also to full endpoints', () => {
    const inFlight = localInFlight()
    const balancer = boundedLoads(ringHash([{ key: 'a' }, { key: 'b' }], { inFlight }), { factor: 1, inFlight })
    for (let request = 0; request < 9; request += 1) inFlight.started('a')
    const picks = [balancer.pick({}), balancer.pick({})]
    expect(picks.map(result => result.kind === 'picked' && result.endpoint.key)).toEqual(['a', 'b'])
  })

  it.each([0.99, 0, -1, Number.NaN, Number.POSITIVE_INFINITY])('refuses factor %d and says what to give', factor => {
    const inFlight = localInFlight()
    const build = (): unknown => boundedLoads(ringHash([{ key: 'a' }], { inFlight }), { factor, inFlight })
    expect(build).toThrow(LoadBalancingError)
    expect(build).toThrow(expect.objectContaining({ code: 'invalid-factor' }))
    expect(build).toThrow(`option "factor" is ${factor}: give a number of at least 1`)
  })
})
