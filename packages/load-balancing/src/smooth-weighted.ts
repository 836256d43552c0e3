/** Turns over endpoints of different weights. */

import type { Turns } from './turns.ts'

/**
 * Smooth weighted round-robin: each turn every endpoint gains its weight, the one with most takes the turn and pays
 * the total weight. From a fresh start any Σw consecutive turns give endpoint i exactly w_i of them, well spread.
 *
 * Excluded endpoints neither gain nor pay in that turn. O(n) per turn, no allocation.
 *
 * @see nginx, src/http/ngx_http_upstream_round_robin.c, commit "Upstream: smooth weighted round-robin balancing." (1.3.1)
 */
export const smoothWeighted = (
  keys: readonly string[],
  weights: readonly number[],
  lags: ReadonlyMap<string, number>,
): Turns => {
  const size = keys.length
  const totalWeight = weights.reduce((sum, weight) => sum + weight, 0)
  const gain = Float64Array.from(weights)
  const current = centredCredits(keys, totalWeight, lags)

  return {
    next(excluded) {
      let best = 0
      let most = Number.NEGATIVE_INFINITY
      let shared = 0
      for (let index = 0; index < size; index += 1) {
        if (excluded !== undefined && excluded.has(keys[index] ?? '')) continue
        const weight = gain[index] ?? 0
        const credit = (current[index] ?? 0) + weight
        current[index] = credit
        shared += weight
        if (credit > most) {
          most = credit
          best = index
        }
      }
      if (shared === 0) return undefined
      current[best] = most - shared
      return best
    },
    lags: () => new Map(keys.map((key, index) => [key, (current[index] ?? 0) / totalWeight])),
  }
}

/**
 * Credits to begin with: the lags taken over, in units of the new total weight, so that no debt made under a large total
 * has to be paid off under a small one. Centred on 0, where newcomers stand, and held within one pick either way, so the
 * credits stay bounded over any number of set changes. Whole numbers keep the arithmetic exact.
 */
const centredCredits = (
  keys: readonly string[],
  totalWeight: number,
  lags: ReadonlyMap<string, number>,
): Float64Array => {
  const known = keys.flatMap(key => lags.get(key) ?? [])
  const mean = known.reduce((sum, lag) => sum + lag, 0) / Math.max(1, known.length)
  return Float64Array.from(keys, key => {
    const lag = (lags.get(key) ?? mean) - mean
    return Math.round(Math.min(1, Math.max(-1, lag)) * totalWeight)
  })
}
