/** Turns over many endpoints of different weights. */

import { LoadHeap } from './load-heap.ts'
import type { Turns } from './turns.ts'

/**
 * Stride scheduling: the k-th turn (from 0) of an endpoint of weight w is due at the virtual time (k + 1/2) / w, and the earliest turn
 * is next, ties in the order given. From a fresh start each Σw turns give endpoint i exactly w_i of them.
 *
 * An excluded endpoint is passed over; it does not save up turns, but one is due as soon as it is back. O(log n) per turn, plus up to two
 * comparisons per excluded endpoint that is due; no allocation without exclusions.
 *
 * @see Waldspurger, Weihl, "Stride Scheduling: Deterministic Proportional-Share Resource Management", MIT/LCS/TM-528, 1995, §3
 */
export const weightedDeadlines = (
  keys: readonly string[],
  weights: readonly number[],
  lags: ReadonlyMap<string, number>,
): Turns => {
  const strides = Float64Array.from(weights, weight => 1 / weight)
  const heap = new LoadHeap(keys.length)
  const { loads: deadlines } = heap
  for (const [index, key] of keys.entries()) {
    const lag = Math.min(1, Math.max(-1, lags.get(key) ?? 0))
    deadlines[index] = (1 / 2 - lag) * (strides[index] ?? 1)
  }
  heap.rebuild()
  let present = 0

  return {
    next(excluded) {
      const index = heap.first(excluded === undefined ? undefined : item => excluded.has(keys[item] ?? ''))
      if (index === undefined) return undefined
      present = Math.max(present, deadlines[index] ?? 0)
      deadlines[index] = present + (strides[index] ?? 1)
      heap.grew(index)
      return index
    },
    lags: () =>
      new Map(
        keys.map((key, index) => [key, 1 / 2 + (present - (deadlines[index] ?? 0)) * (weights[index] ?? 1)] as const),
      ),
  }
}
