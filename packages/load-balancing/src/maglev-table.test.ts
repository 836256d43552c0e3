import { describe, expect, it } from 'vitest'
import { seeded } from '../test/seed.ts'
import fc from 'fast-check'
import { emptyMaglevTable, type MaglevTable, maglevTableSize, nextMaglevTable } from './maglev-table.ts'

const named = (count: number): readonly string[] =>
  Array.from({ length: count }, (_, index) => `10.0.${index >> 8}.${index & 255}:8080`).sort()
const tableOver = (keys: readonly string[], weights: readonly number[] = keys.map(() => 1)): MaglevTable =>
  nextMaglevTable(emptyMaglevTable, keys, weights)
const entriesOf = ({ keys, owners }: MaglevTable): readonly number[] => {
  const counts = keys.map(() => 0)
  for (const owner of owners) counts[owner] = (counts[owner] ?? 0) + 1
  return counts
}
const without = <T>(list: readonly T[], gone: number): readonly T[] => list.filter((_, index) => index !== gone)

/** Share of the entries of those that stay that another one of them has after the endpoint left. */
const movedShare = (keys: readonly string[], weights: readonly number[], gone: number): number => {
  const before = tableOver(keys, weights)
  const after = nextMaglevTable(before, without(keys, gone), without(weights, gone))
  let stayed = 0
  let moved = 0
  for (const [entry, owner] of before.owners.entries()) {
    if (owner === gone) continue
    stayed += 1
    if (before.keys[owner] !== after.keys[after.owners[entry] ?? 0]) moved += 1
  }
  return moved / stayed
}

describe(seeded('nextMaglevTable'), () => {
  it.each([1, 2, 3, 10, 50, 99, 100])('gives the busiest of %d endpoints at most 1.01 times the average', count => {
    const entries = entriesOf(tableOver(named(count)))
    expect(Math.max(...entries) / (maglevTableSize / count)).toBeLessThanOrEqual(1.01)
  })

  it('gives entries in proportion to the weights, give or take one turn, and at least one', () => {
    const weightSets = fc.array(fc.integer({ min: 1, max: 1000 }), { minLength: 1, maxLength: 40 })
    fc.assert(
      fc.property(weightSets, weights => {
        const entries = entriesOf(tableOver(named(weights.length), weights))
        const perWeight = maglevTableSize / weights.reduce((sum, weight) => sum + weight, 0)
        for (const [index, weight] of weights.entries()) {
          // Everybody has the first turn at once, so the time of the last entry is early by n turns at most.
          const slack = 1 + (weights.length * weight) / weights.reduce((sum, one) => sum + one, 0)
          expect(Math.abs((entries[index] ?? 0) - weight * perWeight)).toBeLessThanOrEqual(slack)
        }
      }),
      { numRuns: 25 },
    )
  })

  it.each([2, 3, 10, 50, 100])('moves at most 1 %% of the entries of those that stay when one of %d leaves', count => {
    const keys = named(count)
    const equal = keys.map(() => 1)
    const mixed = keys.map((_, index) => 1 + (index % 3))
    for (const gone of [0, count >> 1, count - 1]) {
      expect(movedShare(keys, equal, gone)).toBeLessThanOrEqual(0.01)
      expect(movedShare(keys, mixed, gone)).toBeLessThanOrEqual(0.01)
    }
  })

  it('keeps the table when keys and weights are the same, and only then', () => {
    const before = tableOver(['a', 'b'], [1, 2])
    expect(nextMaglevTable(before, ['a', 'b'], [1, 2]).owners).toBe(before.owners)
    expect(nextMaglevTable(before, ['a', 'b'], [2, 2]).owners).not.toEqual(before.owners)
    expect(nextMaglevTable(before, ['a', 'c'], [1, 2]).owners).not.toEqual(before.owners)
  })

  it('gives an endpoint an entry when another one has a million times its weight', () => {
    expect(entriesOf(tableOver(['a', 'b'], [1, 1_000_000]))).toEqual([1, maglevTableSize - 1])
  })

  it('serves the first 65,536 endpoints when there are more', () => {
    const entries = entriesOf(tableOver(named(70_000)))
    expect(entries.slice(0, 65_536)).toEqual([2, ...Array.from({ length: 65_535 }, () => 1)])
    expect(Math.max(...entries.slice(65_536))).toBe(0)
  })
})
