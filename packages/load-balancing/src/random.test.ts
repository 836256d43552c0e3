import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { expectDistribution } from '../test/chi-square.ts'
import { seed, seeded } from '../test/seed.ts'
import type { Balancer, Endpoint } from './balancer.ts'
import { random } from './random.ts'

const weights = [1, 2, 3, 4, 5, 6, 7, 8, 9, 100]
const endpoints = weights.map((weight, index) => ({ key: `e${index}`, weight }))
const start = Math.abs(seed)

const tally = (balancer: Balancer<Endpoint>, excluded: ReadonlySet<string>): readonly number[] => {
  const counts = new Map(endpoints.map(({ key }) => [key, 0]))
  for (let pick = 0; pick < 100_000; pick += 1) {
    const result = balancer.pick({ excluded })
    if (result.kind === 'picked') counts.set(result.endpoint.key, (counts.get(result.endpoint.key) ?? 0) + 1)
  }
  return [...counts.values()]
}

describe(seeded('random'), () => {
  it('picks in proportion to weight', () => {
    expectDistribution(tally(random<Endpoint>(endpoints, { start }), new Set()), weights)
  })

  it('picks in proportion to weight among those that are not excluded, also when those left have little of it', () => {
    const fiveLeft = endpoints.slice(5).map(({ key }) => key)
    const counts = tally(random<Endpoint>(endpoints, { start }), new Set(fiveLeft))
    expectDistribution(counts.slice(0, 5), weights.slice(0, 5))
    expect(counts.slice(5)).toEqual([0, 0, 0, 0, 0])
  })

  it('asks the numbers it is given, 17 at most for a pick', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), { minLength: 1 }),
        numbers => {
          let asked = 0
          const given = (): number => {
            asked += 1
            return numbers[asked % numbers.length] ?? 0
          }
          const balancer = random<Endpoint>(endpoints, { random: given })
          const result = balancer.pick({ excluded: new Set(['e9']) })
          expect(result).toMatchObject({ kind: 'picked' })
          expect(asked).toBeGreaterThanOrEqual(1)
          expect(asked).toBeLessThanOrEqual(17)
        },
      ),
    )
  })

  it('goes on with the same random numbers in the next set, so that no sequence begins anew', () => {
    const straight = random<Endpoint>(endpoints, { start })
    let renewed = random<Endpoint>(endpoints, { start })
    for (let pick = 0; pick < 50; pick += 1) {
      renewed = renewed.withEndpoints([...endpoints])
      expect(renewed.pick({})).toEqual(straight.pick({}))
    }
  })
})
