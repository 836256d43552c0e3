import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { seeded } from '../test/seed.ts'
import type { Balancer, Endpoint } from './balancer.ts'
import { ringHash } from './ring-hash.ts'

const hashKeys = Array.from({ length: 400 }, (_, index) => `user-${index}`)
const members = fc.uniqueArray(
  fc.record({ key: fc.string({ minLength: 1, maxLength: 12 }), weight: fc.integer({ min: 1, max: 5 }) }),
  { selector: endpoint => endpoint.key, minLength: 2, maxLength: 8 },
)
const pods = (count: number): readonly Endpoint[] =>
  Array.from({ length: count }, (_, index) => ({ key: `10.0.${index >> 8}.${index & 255}:8080` }))

const owner = (balancer: Balancer<Endpoint>, hashKey: string, excluded: ReadonlySet<string> = new Set()): string => {
  const result = balancer.pick({ hashKey, excluded })
  return result.kind === 'picked' ? result.endpoint.key : 'none'
}

const tally = (balancer: Balancer<Endpoint>, count: number): ReadonlyMap<string, number> => {
  const counts = new Map<string, number>()
  for (let index = 0; index < count; index += 1) {
    const key = owner(balancer, `session/${index}`)
    counts.set(key, (counts.get(key) ?? 0) + 1)
  }
  return counts
}

describe(seeded('ringHash'), () => {
  it('maps a key to the same endpoint every time, in any order of the set', () => {
    fc.assert(
      fc.property(members, fc.string(), (endpoints, hashKey) => {
        const balancer = ringHash<Endpoint>(endpoints)
        expect(owner(balancer, hashKey)).toBe(owner(balancer, hashKey))
        expect(owner(ringHash<Endpoint>(endpoints.toReversed(), { start: 3 }), hashKey)).toBe(owner(balancer, hashKey))
      }),
    )
  })

  it('moves only the keys of the endpoints that leave, and to where their exclusion would have sent them', () => {
    fc.assert(
      fc.property(members, fc.nat(), (endpoints, seed) => {
        const gone = new Set(endpoints.filter((_, index) => ((seed >> index) & 1) === 1).map(({ key }) => key))
        const before = ringHash<Endpoint>(endpoints)
        const after = before.withEndpoints(endpoints.filter(({ key }) => !gone.has(key)))
        for (const hashKey of hashKeys) {
          const old = owner(before, hashKey)
          if (!gone.has(old)) expect(owner(after, hashKey)).toBe(old)
          expect(owner(before, hashKey, gone)).toBe(owner(after, hashKey))
        }
      }),
      { numRuns: 60 },
    )
  })

  it('moves keys only to the endpoints that join', () => {
    fc.assert(
      fc.property(members, fc.integer({ min: 1, max: 7 }), (endpoints, count) => {
        const before = ringHash<Endpoint>(endpoints.slice(0, count))
        const after = before.withEndpoints(endpoints)
        const joined = new Set(endpoints.slice(count).map(({ key }) => key))
        for (const hashKey of hashKeys) {
          const now = owner(after, hashKey)
          if (!joined.has(now)) expect(now).toBe(owner(before, hashKey))
        }
      }),
      { numRuns: 60 },
    )
  })

  it('moves about one key in eleven when an eleventh endpoint joins', () => {
    const before = ringHash(pods(10))
    const after = before.withEndpoints(pods(11))
    const keys = Array.from({ length: 20_000 }, (_, index) => `k${index}`)
    const moved = keys.filter(key => owner(before, key) !== owner(after, key)).length / keys.length
    expect(moved).toBeGreaterThan(0.07)
    expect(moved).toBeLessThan(0.115)
  })

  it('keeps the busiest of 100 equal endpoints at or below 1.25 times the average', () => {
    const counts = tally(ringHash(pods(100)), 200_000)
    expect(counts.size).toBe(100)
    expect(Math.max(...counts.values()) / 2_000).toBeLessThanOrEqual(1.25)
  })

  it('gives endpoints keys in proportion to their weights', () => {
    const counts = tally(
      ringHash([
        { key: 'a', weight: 3 },
        { key: 'b', weight: 1 },
      ]),
      40_000,
    )
    expect(Math.abs((counts.get('a') ?? 0) / 40_000 - 0.75)).toBeLessThan(0.05)
  })

  it('gives each endpoint keys when one weight is a million times the other', () => {
    const balancer = ringHash<Endpoint>([
      { key: 'a', weight: 1_000_000 },
      { key: 'b', weight: 1 },
    ])
    expect(owner(balancer, 'any', new Set(['a']))).toBe('b')
    expect(owner(balancer, 'any', new Set(['b']))).toBe('a')
  })

  it('takes turns when there is no hash key, and goes on with them after a membership change', () => {
    const balancer = ringHash<Endpoint>([{ key: 'a' }, { key: 'b' }, { key: 'c' }])
    const first = balancer.pick({})
    const next = balancer.withEndpoints([{ key: 'a' }, { key: 'b' }, { key: 'c' }])
    expect(
      [first, next.pick({}), next.pick({})].map(result => result.kind === 'picked' && result.endpoint.key),
    ).toEqual(['a', 'b', 'c'])
  })
})
