/** The rendezvous strategy. */

import { avalanche } from './avalanche.ts'
import type { Balancer, Endpoint } from './balancer.ts'
import type { BalancerOptions } from './balancer-options.ts'
import { hashBalancer, type KeyPlacement } from './hash-balancer.ts'
import { murmurHash3 } from './murmur-hash3.ts'

/**
 * Maps equal hash keys to the same endpoint (highest random weight): every endpoint has a score for a key, and the highest
 * one wins. When an endpoint leaves or is excluded, only its own keys move, spread over all others by their weights; when
 * one joins or gains weight, it takes keys and nobody else does. Shares follow the weights exactly in expectation.
 * Without a hash key: round-robin.
 *
 * A pick is O(n), so it suits small sets. Building is O(n log n); there is no table.
 *
 * @see Thaler, Ravishankar, "Using Name-Based Mappings to Increase Hit Rates", IEEE/ACM Transactions on Networking, 1998
 * @see Schindelhauer, Schomaker, "Weighted Distributed Hash Tables", SPAA 2005 (the logarithmic method)
 * @throws LoadBalancingError for a bad weight or start offset; `withEndpoints` too.
 */
export const rendezvous = <E extends Endpoint>(endpoints: readonly E[], options: BalancerOptions = {}): Balancer<E> =>
  hashBalancer(endpoints, options, byScore(scoresOf([], [])))

const byScore = (scores: Scores): KeyPlacement => ({
  place(hashKey, excluded) {
    const hash = murmurHash3(hashKey, 0) | 0
    const index = scores.isWeighted ? soonest(scores, hash, excluded) : highest(scores, hash, excluded)
    return index === noIndex ? undefined : index
  },
  next: (keys, weights) => byScore(scoresOf(keys, weights)),
})

/** What the scores of the endpoints are made from; the arrays run in parallel. */
interface Scores {
  readonly keys: readonly string[]
  /** Two numbers each: with one of 32 bits, two of some thousand endpoints may share it, and one would get nothing. */
  readonly seeds: Int32Array
  readonly factors: Int32Array
  readonly waitPerUnit: Float64Array
  readonly isWeighted: boolean
}

const scoresOf = (keys: readonly string[], weights: readonly number[]): Scores => ({
  keys,
  seeds: Int32Array.from(keys, key => murmurHash3(key, 0) | 0),
  factors: Int32Array.from(keys, key => murmurHash3(key, 1) | 1),
  waitPerUnit: Float64Array.from(weights, weight => 1 / weight),
  isWeighted: weights.some(weight => weight !== weights[0]),
})

/** With equal weights the highest hash has the highest score. */
const highest = (scores: Scores, hash: number, excluded: ReadonlySet<string> | undefined): number => {
  const { keys, seeds, factors } = scores
  let best = noIndex
  let most = -(2 ** 31)
  for (let index = 0; index < seeds.length; index += 1) {
    // Signed, because the engine compares small integers much faster than doubles.
    const score = avalanche(Math.imul(hash ^ (seeds[index] ?? 0), factors[index] ?? 1)) | 0
    if (score <= most && best !== noIndex) continue
    if (excluded !== undefined && excluded.has(keys[index] ?? '')) continue
    most = score
    best = index
  }
  return best
}

/** The highest −w / ln(h) is the lowest −ln(h) / w: the first of clocks that ring at the rate w. */
const soonest = (scores: Scores, hash: number, excluded: ReadonlySet<string> | undefined): number => {
  const { keys, seeds, factors, waitPerUnit } = scores
  let best = noIndex
  let least = Number.POSITIVE_INFINITY
  for (let index = 0; index < seeds.length; index += 1) {
    const score = avalanche(Math.imul(hash ^ (seeds[index] ?? 0), factors[index] ?? 1)) | 0
    const unit = (score + 2 ** 31 + 0.5) / 2 ** 32
    const perUnit = waitPerUnit[index] ?? 1
    // −ln(h) > 1 − h, so most logarithms need not be taken.
    if ((1 - unit) * perUnit >= least) continue
    const wait = -Math.log(unit) * perUnit
    if (wait >= least || (excluded !== undefined && excluded.has(keys[index] ?? ''))) continue
    least = wait
    best = index
  }
  return best
}

const noIndex = -1
