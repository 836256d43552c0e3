import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { seeded } from '../test/seed.ts'
import type { Turns } from './turns.ts'
import { weightedDeadlines } from './weighted-deadlines.ts'

const weightLists = fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 150 })
const keysOf = (weights: readonly number[]): readonly string[] => weights.map((_, index) => `e${index}`)
const total = (weights: readonly number[]): number => weights.reduce((sum, weight) => sum + weight, 0)

function shares(turns: Turns, count: number, excluded?: ReadonlySet<string>): readonly number[] {
  const taken: number[] = []
  for (let turn = 0; turn < count; turn += 1) {
    const index = turns.next(excluded)
    if (index !== undefined) taken[index] = (taken[index] ?? 0) + 1
  }
  return taken
}

describe(seeded('weightedDeadlines'), () => {
  it('gives each endpoint its weight in every cycle from the start, and give or take one in any other window', () => {
    fc.assert(
      fc.property(weightLists, fc.nat(2000), (weights, offset) => {
        const turns = weightedDeadlines(keysOf(weights), weights, new Map())
        for (let cycle = 0; cycle < 2; cycle += 1) {
          const taken = shares(turns, total(weights))
          for (const [index, weight] of weights.entries()) expect(taken[index]).toBe(weight)
        }
        shares(turns, offset)
        const window = shares(turns, total(weights))
        for (const [index, weight] of weights.entries())
          expect(Math.abs((window[index] ?? 0) - weight)).toBeLessThanOrEqual(1)
      }),
    )
  })

  it('gives each its weight, give or take two, in the first cycle after a change of the set', () => {
    fc.assert(
      fc.property(weightLists, weightLists, fc.nat(2000), (before, after, warmUp) => {
        const first = weightedDeadlines(keysOf(before), before, new Map())
        shares(first, warmUp)
        const taken = shares(weightedDeadlines(keysOf(after), after, first.lags()), total(after))
        for (const [index, weight] of after.entries())
          expect(Math.abs((taken[index] ?? 0) - weight)).toBeLessThanOrEqual(2)
      }),
    )
  })

  it('gives the turns of excluded endpoints to the others by weight, and one turn at once to who is back', () => {
    const weights = [3, 2, 1, 6]
    const turns = weightedDeadlines(keysOf(weights), weights, new Map())
    expect(shares(turns, 600, new Set(['e3']))).toEqual([300, 200, 100])
    const back = shares(turns, 12)
    expect(back[3]).toBeGreaterThanOrEqual(6)
    expect(back[3]).toBeLessThanOrEqual(7)
  })

  it('finds nobody in the empty set or when all are excluded, and takes no turn then', () => {
    expect(weightedDeadlines([], [], new Map()).next(undefined)).toBeUndefined()
    const turns = weightedDeadlines(['a', 'b'], [3, 1], new Map())
    expect(turns.next(new Set(['a', 'b']))).toBeUndefined()
    expect([...turns.lags().values()]).toEqual([0, 0])
  })

  it('keeps proportions with the largest weights', () => {
    const weights = [1_000_000, 999_999, 1]
    const taken = shares(weightedDeadlines(keysOf(weights), weights, new Map()), 1000)
    expect(Math.abs((taken[0] ?? 0) - (taken[1] ?? 0))).toBeLessThanOrEqual(1)
  })
})
