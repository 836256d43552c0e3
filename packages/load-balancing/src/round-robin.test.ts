import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import '../test/seed.ts'
import type { Balancer, Endpoint, PickInput } from './balancer.ts'
import { roundRobin } from './round-robin.ts'

const weighted = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 8 })
const named = (weights: readonly number[]): readonly Required<Endpoint>[] =>
  weights.map((weight, index) => ({ key: `e${index}`, weight }))
const total = (endpoints: readonly Required<Endpoint>[]): number =>
  endpoints.reduce((sum, endpoint) => sum + endpoint.weight, 0)

const picked = (balancer: Balancer<Endpoint>, count: number, input: PickInput = {}): readonly string[] =>
  Array.from({ length: count }, () => {
    const result = balancer.pick(input)
    return result.kind === 'picked' ? result.endpoint.key : 'none'
  })
const share = (picks: readonly string[], key: string): number => picks.filter(one => one === key).length

describe('roundRobin', () => {
  it('gives three equal endpoints exactly a third each, in rotation', () => {
    const picks = picked(roundRobin([{ key: 'a' }, { key: 'b' }, { key: 'c' }]), 300)
    expect(picks.slice(0, 4)).toEqual(['a', 'b', 'c', 'a'])
    expect(['a', 'b', 'c'].map(key => share(picks, key))).toEqual([100, 100, 100])
  })

  it('spreads weights 5, 1, 1 as nginx documents it', () => {
    const balancer = roundRobin([{ key: 'a', weight: 5 }, { key: 'b' }, { key: 'c' }])
    expect(picked(balancer, 7).join('')).toBe('aabacaa')
  })

  it('gives each endpoint its weight in any window of the total weight', () => {
    fc.assert(
      fc.property(weighted, fc.nat(100), (weights, offset) => {
        const endpoints = named(weights)
        const picks = picked(roundRobin(endpoints, { start: offset }), offset + total(endpoints)).slice(offset)
        for (const { key, weight } of endpoints) expect(share(picks, key)).toBe(weight)
      }),
    )
  })

  it('gives each endpoint its weight, give or take one, in the first cycle after a membership change', () => {
    fc.assert(
      fc.property(weighted, weighted, fc.nat(100), (before, after, warmUp) => {
        const first = roundRobin<Endpoint>(named(before))
        picked(first, warmUp)
        const endpoints = named(after)
        const picks = picked(first.withEndpoints(endpoints), total(endpoints))
        for (const { key, weight } of endpoints) expect(Math.abs(share(picks, key) - weight)).toBeLessThanOrEqual(1)
      }),
      { numRuns: 1000 },
    )
  })

  it('goes on with the same sequence when the next set has the same endpoints', () => {
    fc.assert(
      fc.property(weighted, weights => {
        const endpoints = named(weights)
        let renewed = roundRobin<Endpoint>(endpoints)
        const sequence = Array.from({ length: 2 * total(endpoints) }, () => {
          renewed = renewed.withEndpoints([...endpoints])
          return picked(renewed, 1)[0]
        })
        expect(sequence).toEqual(picked(roundRobin<Endpoint>(endpoints), sequence.length))
      }),
    )
  })

  it('keeps the rotation going when an endpoint joins at each pick', () => {
    let balancer: Balancer<Endpoint> = roundRobin<Endpoint>([{ key: 'e0' }])
    const picks = Array.from({ length: 40 }, (_, round) => {
      balancer = balancer.withEndpoints(Array.from({ length: round + 1 }, (_, index) => ({ key: `e${index}` })))
      return picked(balancer, 1)[0] ?? 'none'
    })
    for (let index = 0; index < 5; index += 1) expect(share(picks, `e${index}`)).toBeGreaterThanOrEqual(1)
    expect(share(picks, 'e0')).toBeLessThanOrEqual(6)
  })

  it('does not make an endpoint pay under a small total weight what it owed under a large one', () => {
    const big = { key: 'big', weight: 1_000_000 }
    const small = [{ key: 'a' }, { key: 'b', weight: 2 }]
    const first = roundRobin<Endpoint>([...small, big])
    picked(first, 500_001)
    const picks = picked(first.withEndpoints(small), 6)
    expect(share(picks, 'a')).toBeGreaterThanOrEqual(1)
    expect(share(picks, 'b')).toBeGreaterThanOrEqual(3)
  })

  it('stays in proportion over many membership changes, so what it carries over is bounded', () => {
    fc.assert(
      fc.property(fc.array(weighted, { minLength: 50, maxLength: 50 }), weighted, (sets, last) => {
        let balancer: Balancer<Endpoint> = roundRobin<Endpoint>([])
        for (const weights of sets) {
          balancer = balancer.withEndpoints(named(weights))
          picked(balancer, 3)
        }
        const endpoints = named(last)
        const picks = picked(balancer.withEndpoints(endpoints), total(endpoints))
        for (const { key, weight } of endpoints) expect(Math.abs(share(picks, key) - weight)).toBeLessThanOrEqual(2)
      }),
      { numRuns: 50 },
    )
  })

  it('shares the turns of excluded endpoints among the others by weight', () => {
    const balancer = roundRobin<Endpoint>([{ key: 'a', weight: 5 }, { key: 'b', weight: 2 }, { key: 'c' }])
    const picks = picked(balancer, 300, { excluded: new Set(['a']) })
    expect([share(picks, 'a'), share(picks, 'b'), share(picks, 'c')]).toEqual([0, 200, 100])
  })

  it('does not give the neighbour of a failing endpoint a double share when requests are retried', () => {
    const balancer = roundRobin(['a', 'b', 'c', 'd'].map(key => ({ key })))
    const served = Array.from({ length: 300 }, () => {
      const [first] = picked(balancer, 1)
      return first === 'a' ? picked(balancer, 1, { excluded: new Set(['a']) })[0] : first
    }).filter(key => key !== undefined)
    for (const key of ['b', 'c', 'd']) expect(share(served, key)).toBe(100)
  })

  it('takes the largest weights', () => {
    const balancer = roundRobin([
      { key: 'a', weight: 1_000_000 },
      { key: 'b', weight: 999_999 },
    ])
    const picks = picked(balancer, 1001)
    expect(Math.abs(share(picks, 'a') - share(picks, 'b'))).toBeLessThanOrEqual(1)
  })

  it('goes on in proportion when a weighted set grows beyond 64 endpoints and shrinks again', () => {
    const sets = [60, 70, 200, 64, 65, 3].map(count =>
      named(Array.from({ length: count }, (_, index) => 1 + (index % 5))),
    )
    let balancer: Balancer<Endpoint> = roundRobin<Endpoint>([])
    for (const endpoints of sets) {
      balancer = balancer.withEndpoints(endpoints)
      const picks = picked(balancer, total(endpoints))
      for (const { key, weight } of endpoints) expect(Math.abs(share(picks, key) - weight)).toBeLessThanOrEqual(2)
    }
  })
})
