import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { seeded } from '../test/seed.ts'
import type { Balancer, Endpoint } from './balancer.ts'
import { maglev } from './maglev.ts'

const hashKeys = Array.from({ length: 400 }, (_, index) => `user-${index}`)
const members = fc.uniqueArray(
  fc.record({ key: fc.string({ minLength: 1, maxLength: 12 }), weight: fc.integer({ min: 1, max: 5 }) }),
  { selector: endpoint => endpoint.key, minLength: 2, maxLength: 8 },
)
const pods = (count: number): readonly Endpoint[] =>
  Array.from({ length: count }, (_, index) => ({ key: `10.0.${index >> 8}.${index & 255}:8080` }))

const owner = (balancer: Balancer<Endpoint>, hashKey: string, excluded?: ReadonlySet<string>): string => {
  const result = balancer.pick(excluded === undefined ? { hashKey } : { hashKey, excluded })
  return result.kind === 'picked' ? result.endpoint.key : 'none'
}
const ownersOf = (
  balancer: Balancer<Endpoint>,
  excluded?: ReadonlySet<string>,
  keys: readonly string[] = hashKeys,
): readonly string[] => keys.map(hashKey => owner(balancer, hashKey, excluded))

describe(seeded('maglev'), () => {
  it('maps keys to the same endpoints whatever the order of the set and the sets before', () => {
    fc.assert(
      fc.property(members, members, (endpoints, others) => {
        const owners = ownersOf(maglev<Endpoint>(endpoints))
        expect(ownersOf(maglev<Endpoint>(endpoints.toReversed(), { start: 3 }))).toEqual(owners)
        expect(ownersOf(maglev<Endpoint>(others).withEndpoints(endpoints))).toEqual(owners)
      }),
      { numRuns: 15 },
    )
  })

  it('goes by the last set alone, after many that no hash key came for, and by a single endpoint', () => {
    let balancer = maglev<Endpoint>([])
    for (let size = 100; size > 0; size -= 1) balancer = balancer.withEndpoints(pods(size + (size % 7)))
    balancer = balancer.withEndpoints(pods(5))
    expect(ownersOf(balancer)).toEqual(ownersOf(maglev(pods(5))))
    const single = balancer.withEndpoints(pods(1))
    expect(ownersOf(single, undefined, ['any'])).toEqual(['10.0.0.0:8080'])
    expect(ownersOf(single, new Set(['10.0.0.0:8080']), ['any'])).toEqual(['none'])
  })

  it('moves the keys of an excluded endpoint only, the same way each time, and over all others', () => {
    const balancer = maglev(pods(10))
    const gone = new Set(['10.0.0.3:8080'])
    const keys = Array.from({ length: 4_000 }, (_, index) => `session/${index}`)
    const before = ownersOf(balancer, new Set(), keys)
    const after = ownersOf(balancer, gone, keys)
    expect(ownersOf(balancer, gone, keys)).toEqual(after)
    const taken = new Set(after.filter((key, index) => key !== before[index]))
    expect(after.every((key, index) => key === before[index] || gone.has(before[index] ?? ''))).toBe(true)
    expect(taken.size).toBe(9)
    expect(after).not.toContain('10.0.0.3:8080')
  })

  it('finds the last one that is left of a thousand, and one that has no entry', () => {
    const all = pods(1000)
    const others = new Set(all.slice(0, 999).map(({ key }) => key))
    expect(owner(maglev(all), 'any', others)).toBe(all[999]?.key)
    const light = maglev<Endpoint>([
      { key: 'heavy', weight: 1_000_000 },
      { key: 'light', weight: 1 },
    ])
    expect(owner(light, 'any', new Set(['heavy']))).toBe('light')
  })

  it('moves at most 1 % of the keys of those that stay when one of 100 endpoints leaves, and none when it returns', () => {
    const keys = Array.from({ length: 20_000 }, (_, index) => `session/${index}`)
    const before = maglev(pods(100))
    const without = before.withEndpoints(pods(100).filter((_, index) => index !== 40))
    const again = without.withEndpoints(pods(100))
    const stayed = keys.filter(key => owner(before, key) !== '10.0.0.40:8080')
    const moved = stayed.filter(key => owner(without, key) !== owner(before, key))
    expect(moved.length / stayed.length).toBeLessThanOrEqual(0.01)
    expect(keys.filter(key => owner(again, key) !== owner(before, key))).toEqual([])
  })

  it('gives an endpoint that joins no more keys than its share', () => {
    const keys = Array.from({ length: 20_000 }, (_, index) => `session/${index}`)
    const before = maglev(pods(10))
    const after = before.withEndpoints(pods(11))
    const moved = keys.filter(key => owner(before, key) !== owner(after, key)).length / keys.length
    expect(moved).toBeGreaterThan(0.08)
    expect(moved).toBeLessThan(0.105)
  })

  it('takes turns when there is no hash key, and goes on with them after a membership change', () => {
    const balancer = maglev<Endpoint>([{ key: 'a' }, { key: 'b' }, { key: 'c' }])
    const first = balancer.pick({})
    const next = balancer.withEndpoints([{ key: 'a' }, { key: 'b' }, { key: 'c' }])
    const picks = [first, next.pick({}), next.pick({})]
    expect(picks.map(result => result.kind === 'picked' && result.endpoint.key)).toEqual(['a', 'b', 'c'])
  })
})
