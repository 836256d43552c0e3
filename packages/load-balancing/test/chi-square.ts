/** Pearson's chi-square test: do counts follow a distribution? */

import { expect } from 'vitest'

/**
 * Values that a chi-square statistic passes once in a million times when the counts do follow, by degrees of freedom.
 * Random seeds make such a test fail by bad luck that rarely.
 */
const limits: ReadonlyMap<number, number> = new Map([
  [4, 33.38],
  [9, 44.81],
  [14, 54.64],
  [29, 80.44],
])

/** Fails when the counts differ from the expected shares by more than chance; shares are relative to one another. */
export const expectDistribution = (counts: readonly number[], shares: readonly number[]): void => {
  const limit = limits.get(shares.length - 1)
  if (limit === undefined) throw new Error(`no limit for ${shares.length - 1} degrees of freedom is listed`)
  const total = counts.reduce((sum, count) => sum + count, 0)
  const whole = shares.reduce((sum, share) => sum + share, 0)
  const statistic = shares.reduce((sum, share, index) => {
    const expected = (total * share) / whole
    return sum + ((counts[index] ?? 0) - expected) ** 2 / expected
  }, 0)
  expect(statistic).toBeLessThan(limit)
}
