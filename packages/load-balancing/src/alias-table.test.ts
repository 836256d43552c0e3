import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { seeded } from '../test/seed.ts'
import { aliasTable } from './alias-table.ts'

/** How much of the interval from 0 to 1 falls on each index, read off at the middle of equal steps. */
const sharesOf = (weights: readonly number[], steps: number): readonly number[] => {
  const table = aliasTable(weights)
  const shares = weights.map(() => 0)
  for (let step = 0; step < steps; step += 1) {
    const index = table.indexOf((step + 0.5) / steps)
    shares[index] = (shares[index] ?? 0) + 1
  }
  return shares
}

describe(seeded('aliasTable'), () => {
  it('gives every index exactly its share of the interval from 0 to 1', () => {
    const weightings = fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 12 })
    fc.assert(
      fc.property(weightings, weights => {
        // Every boundary of the table lies on a multiple of 1 / (n Σw), so that steps of this size miss nothing.
        const total = weights.reduce((sum, weight) => sum + weight, 0)
        const steps = weights.length * total
        expect(sharesOf(weights, steps)).toEqual(weights.map(weight => weight * weights.length))
      }),
    )
  })

  it('stays exact when one weight is a million times the others', () => {
    const table = aliasTable([1_000_000, 1, 1])
    const edge = (index: number): number => (index + 3 / 1_000_002) / 3
    for (const small of [1, 2]) {
      expect(table.indexOf(edge(small) - 1e-9)).toBe(small)
      expect(table.indexOf(edge(small) + 1e-9)).toBe(0)
    }
  })

  it('gives 0 for the highest number a generator may give when there is one weight', () => {
    expect([0, 1 - 2 ** -53].map(draw => aliasTable([7]).indexOf(draw))).toEqual([0, 0])
  })
})
