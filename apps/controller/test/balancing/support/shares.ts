/** Whether counts of answers fit the shares they should have. */

import { expect } from 'vitest'

/**
 * Fails when `count` of `total` independent draws is further from `share` than six standard deviations, which for the
 * shares and totals of these tests chance does less than once in a million runs.
 */
export function expectShare(count: number | undefined, total: number, share: number): void {
  const mean = total * share
  const tolerance = 6 * Math.sqrt(total * share * (1 - share))
  expect(Math.abs((count ?? 0) - mean), `${count ?? 0} of ${total}, not about ${mean}`).toBeLessThanOrEqual(tolerance)
}
