import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { seeded } from '../test/seed.ts'
import type { Balancer, Endpoint } from './balancer.ts'
import { rendezvous } from './rendezvous.ts'

const hashKeys = Array.from({ length: 400 }, (_, index) => `user-${index}`)
const members = fc.uniqueArray(
  fc.record({ key: fc.string({ minLength: 1, maxLength: 12 }), weight: fc.integer({ min: 1, max: 3 }) }),
  { selector: endpoint => endpoint.key, minLength: 2, maxLength: 8 },
)

const owner = (balancer: Balancer<Endpoint>, hashKey: string, excluded?: ReadonlySet<string>): string => {
  const result = balancer.pick(excluded === undefined ? { hashKey } : { hashKey, excluded })
  return result.kind === 'picked' ? result.endpoint.key : 'none'
}

/** Pearson's χ² of the owners of many keys against the weights. */
const chiSquare = (endpoints: readonly Required<Endpoint>[], count: number): number => {
  const balancer = rendezvous<Endpoint>(endpoints)
  const counts = new Map<string, number>()
  for (let index = 0; index < count; index += 1) {
    const key = owner(balancer, `session/${index}`)
    counts.set(key, (counts.get(key) ?? 0) + 1)
  }
  const perWeight = count / endpoints.reduce((sum, { weight }) => sum + weight, 0)
  return endpoints.reduce(
    (sum, { key, weight }) => sum + ((counts.get(key) ?? 0) - weight * perWeight) ** 2 / (weight * perWeight),
    0,
  )
}

describe(seeded('rendezvous'), () => {
  it('moves only the keys of the endpoints that leave, to where their exclusion would have sent them, and back', () => {
    fc.assert(
      fc.property(members, fc.nat(), (endpoints, seed) => {
        const gone = new Set(endpoints.filter((_, index) => ((seed >> index) & 1) === 1).map(({ key }) => key))
        const before = rendezvous<Endpoint>(endpoints)
        const after = before.withEndpoints(endpoints.filter(({ key }) => !gone.has(key)))
        const again = after.withEndpoints(endpoints.toReversed())
        for (const hashKey of hashKeys) {
          const old = owner(before, hashKey)
          if (!gone.has(old)) expect(owner(after, hashKey)).toBe(old)
          expect(owner(before, hashKey, gone)).toBe(owner(after, hashKey))
          expect(owner(again, hashKey)).toBe(old)
        }
      }),
    )
  })

  it('moves keys only to the endpoint that gains weight', () => {
    fc.assert(
      fc.property(members, fc.nat(), fc.integer({ min: 1, max: 5 }), (endpoints, index, gain) => {
        const winner = endpoints[index % endpoints.length]?.key
        const before = rendezvous<Endpoint>(endpoints)
        const after = before.withEndpoints(
          endpoints.map(({ key, weight }) => ({ key, weight: key === winner ? weight + gain : weight })),
        )
        for (const hashKey of hashKeys) {
          const now = owner(after, hashKey)
          if (now !== winner) expect(now).toBe(owner(before, hashKey))
        }
      }),
    )
  })

  // Quantiles of χ² at 0.999: 27.9 for 9 degrees of freedom, 148.2 for 99. The input is fixed, so this can't flake.
  it.each([
    ['ten equal weights', Array.from({ length: 10 }, () => 1), 27.9],
    ['ten different weights', Array.from({ length: 10 }, (_, index) => 1 + index), 27.9],
    ['a weight beside a hundred times it', [1, 100, 100, 1, 50, 10, 10, 5, 5, 20], 27.9],
    ['a hundred equal weights', Array.from({ length: 100 }, () => 1), 148.2],
  ])('gives keys in proportion to %s', (_, weights, quantile) => {
    const endpoints = weights.map((weight, index) => ({ key: `10.0.0.${index}:8080`, weight }))
    expect(chiSquare(endpoints, 100_000)).toBeLessThan(quantile)
  })

  it('treats equal weights alike whatever they are', () => {
    const [ones, sevens] = [1, 7].map(weight =>
      rendezvous<Endpoint>(Array.from({ length: 9 }, (_, index) => ({ key: `e${index}`, weight }))),
    )
    if (ones === undefined || sevens === undefined) throw new Error('two balancers were built')
    for (const hashKey of hashKeys) expect(owner(sevens, hashKey)).toBe(owner(ones, hashKey))
  })

  it('takes turns when there is no hash key', () => {
    const balancer = rendezvous<Endpoint>([{ key: 'b' }, { key: 'a' }])
    const picks = [balancer.pick({}), balancer.pick({}), balancer.pick({})]
    expect(picks.map(result => result.kind === 'picked' && result.endpoint.key)).toEqual(['b', 'a', 'b'])
  })
})
