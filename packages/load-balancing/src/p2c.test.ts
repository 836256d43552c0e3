import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { expectDistribution } from '../test/chi-square.ts'
import { seed, seeded } from '../test/seed.ts'
import type { Balancer, Endpoint, PickInput } from './balancer.ts'
import { type InFlight, localInFlight } from './in-flight.ts'
import { p2c } from './p2c.ts'

const named = (count: number): readonly Endpoint[] =>
  Array.from({ length: count }, (_, index) => ({ key: `e${index}` }))
const start = Math.abs(seed)

const pickedKey = (balancer: Balancer<Endpoint>, input: PickInput = {}): string => {
  const result = balancer.pick(input)
  return result.kind === 'picked' ? result.endpoint.key : 'none'
}

/** Counts that are all 0 and note which endpoints a pick compares. */
const watched = (): { readonly inFlight: InFlight; readonly compared: Set<string> } => {
  const compared = new Set<string>()
  const count = (key: string): number => {
    compared.add(key)
    return 0
  }
  return { inFlight: { ...localInFlight(), count, reader: keys => index => count(keys[index] ?? '') }, compared }
}

describe(seeded('p2c'), () => {
  it('keeps the busiest of 100 endpoints within 4 of the average, with 1 and with 100 requests each', () => {
    fc.assert(
      fc.property(fc.nat(), fc.constantFrom(1, 100), (start, average) => {
        const balancer = p2c<Endpoint>(named(100), { start })
        for (let request = 0; request < 100 * average; request += 1) balancer.started({ key: pickedKey(balancer) })
        const counts = named(100).map(({ key }) => balancer.inFlight(key))
        expect(Math.max(...counts) - average).toBeLessThanOrEqual(4)
      }),
      { numRuns: 40 },
    )
  })

  it('compares every pair of six endpoints equally often, and each of a pair is the first one equally often', () => {
    const { inFlight, compared } = watched()
    const balancer = p2c<Endpoint>(named(6), { start, inFlight })
    const ordered = new Map<string, number>()
    for (let pick = 0; pick < 60_000; pick += 1) {
      compared.clear()
      const first = pickedKey(balancer)
      expect(compared.size).toBe(2)
      const second = [...compared].find(key => key !== first)
      ordered.set(`${first} ${second}`, (ordered.get(`${first} ${second}`) ?? 0) + 1)
    }
    expect(ordered.size).toBe(30)
    expectDistribution(
      [...ordered.values()],
      [...ordered.values()].map(() => 1),
    )
    const pairs = new Map<string, number>()
    for (const [pair, count] of ordered) {
      const name = pair
        .split(' ')
        .sort((a, b) => (a < b ? -1 : 1))
        .join(' ')
      pairs.set(name, (pairs.get(name) ?? 0) + count)
    }
    expectDistribution(
      [...pairs.values()],
      [...pairs.values()].map(() => 1),
    )
  })

  it('picks in proportion to weight when nothing is in flight, the second one also after draws in vain', () => {
    const weights = [1, 1, 1, 1, 1_000_000]
    const endpoints = weights.map((weight, index) => ({ key: `e${index}`, weight }))
    const { inFlight, compared } = watched()
    const balancer = p2c<Endpoint>(endpoints, { start, inFlight })
    const seconds = [0, 0, 0, 0, 0]
    for (let pick = 0; pick < 20_000; pick += 1) {
      compared.clear()
      const first = pickedKey(balancer)
      for (const key of compared) {
        if (key !== first) seconds[Number(key.slice(1))] = (seconds[Number(key.slice(1))] ?? 0) + 1
      }
    }
    const small = seconds.slice(0, 4)
    expect(small.reduce((sum, count) => sum + count, 0)).toBeGreaterThan(19_900)
    for (const count of small) expect(Math.abs(count - 5_000)).toBeLessThan(400)
  })

  it('never picks the one with the most in flight per weight while another one is left', () => {
    const loads = fc.array(fc.record({ weight: fc.integer({ min: 1, max: 9 }), count: fc.nat(20) }), {
      minLength: 2,
      maxLength: 8,
    })
    fc.assert(
      fc.property(loads, fc.nat(), (members, start) => {
        const endpoints = members.map(({ weight }, index) => ({ key: `e${index}`, weight }))
        const balancer = p2c<Endpoint>(endpoints, { start })
        for (const [index, { count }] of members.entries()) {
          for (let request = 0; request < count; request += 1) balancer.started({ key: `e${index}` })
        }
        const load = members.map(({ count, weight }) => count / weight)
        const most = Math.max(...load)
        const busiest = load.flatMap((value, index) => (value === most ? [`e${index}`] : []))
        const picks = Array.from({ length: 40 }, () => pickedKey(balancer))
        if (busiest.length === 1) expect(picks).not.toContain(busiest[0])
        const left = new Set(endpoints.map(({ key }) => key).filter(key => key !== busiest[0]))
        expect(pickedKey(balancer, { excluded: left })).toBe(busiest[0])
      }),
    )
  })

  it('compares those that are not excluded', () => {
    const { inFlight, compared } = watched()
    const balancer = p2c<Endpoint>(named(100), { start, inFlight })
    const excluded = new Set(named(97).map(({ key }) => key))
    for (let pick = 0; pick < 1_000; pick += 1) pickedKey(balancer, { excluded })
    expect([...compared].sort()).toEqual(['e97', 'e98', 'e99'])
  })
})
