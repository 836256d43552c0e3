/** The peak-ewma strategy: power of two choices over latency and load. */

import type { Balancer, Endpoint } from './balancer.ts'
import type { BalancerOptions } from './balancer-options.ts'
import { endpointSet } from './endpoint-set.ts'
import { localInFlight } from './in-flight.ts'
import { inFlightReports } from './in-flight-reports.ts'
import { latencyBook, type LatencyBook } from './latency-book.ts'
import { LoadBalancingError } from './load-balancing-error.ts'
import { seededRandom } from './seeded-random.ts'
import { twoChoices } from './two-choices.ts'

/** Options of `peakEwma`. */
export interface PeakEwmaOptions extends BalancerOptions {
  /**
   * The present in milliseconds; only differences count, so a monotonic clock (`performance.now`) is best. Called once per report
   * and set of endpoints, not by `pick`.
   */
  readonly now: () => number
  /** Time in milliseconds after which a latency has faded to 1/e; above 0, default 10,000. A slow endpoint is tried again once it faded to what the others take. */
  readonly decayMs?: number
}

/**
 * Draws two endpoints and picks the one that is expected to answer sooner: by the decaying peak average of its latency
 * times (requests in flight per weight, relative to the mean weight, + 1). The first one drawn when they are equal.
 *
 * With equal weights this is Finagle's cost. Weights scale the requests in flight only, so that idle endpoints of the same
 * latency get traffic in proportion to their weights. An endpoint of which nothing is known starts at the mean of the
 * others when it joins; while nothing is known of any, it counts as fast as the one it is compared with, and as 1 s at most,
 * so that one that only failed so far loses.
 * Averages stay with the endpoints that stay, also when an older generation reports; those of removed ones are forgotten.
 * A failure, or an answer with a status of 500 or more, counts as a latency of at least 5 s, so it never makes an endpoint look faster;
 * see `latencyBook`.
 *
 * A pick is O(1) expected, as `twoChoices`, and takes the averages as of the last report instead of reading the clock.
 * `withEndpoints` is O(n). Memory is O(n).
 *
 * @see twitter/finagle, finagle-core/src/main/scala/com/twitter/finagle/loadbalancer/PeakEwma.scala, commit 1e8497eaf8ff
 * @throws LoadBalancingError for a bad weight, start offset or decay time; `withEndpoints` too.
 */
export const peakEwma = <E extends Endpoint>(endpoints: readonly E[], options: PeakEwmaOptions): Balancer<E> => {
  const { now, decayMs = 10_000 } = options
  if (!Number.isFinite(decayMs) || decayMs <= 0) {
    throw new LoadBalancingError(
      'invalid-option',
      `option "decayMs" is ${decayMs}: give a number of milliseconds above 0`,
    )
  }
  const inFlight = options.inFlight ?? localInFlight()
  const random = options.random ?? seededRandom(options.start ?? 0)
  return overBook(endpoints, { ...options, inFlight, random }, latencyBook(decayMs, now))
}

const overBook = <E extends Endpoint>(
  endpoints: readonly E[],
  options: PeakEwmaOptions & Required<Pick<BalancerOptions, 'inFlight' | 'random'>>,
  book: LatencyBook,
): Balancer<E> => {
  const { inFlight, random } = options
  const set = endpointSet(endpoints, options)
  const { keys } = set
  const records = book.recordsOf(keys, new Set(set.endpoints.map(({ key }) => key)))
  const meanWeight = set.weights.reduce((sum, weight) => sum + weight, 0) / Math.max(1, keys.length)
  const loads = Float64Array.from(set.weights, weight => meanWeight / weight)

  const count = inFlight.reader(keys)
  const load = (index: number): number => count(index) * (loads[index] ?? 1) + 1
  const choose = twoChoices(set, {
    random,
    isBetter(second, first) {
      const [one, other] = [records[first], records[second]]
      if (one === undefined || other === undefined) return false
      const firstMs = book.latencyMs(one)
      const secondMs = book.latencyMs(other)
      return costMs(secondMs, firstMs) * load(second) < costMs(firstMs, secondMs) * load(first)
    },
  })

  return {
    endpoints: set.endpoints,
    pick(input) {
      const index = choose(input.excluded)
      return index === undefined ? set.none : (set.picks[index] ?? set.none)
    },
    ...inFlightReports(inFlight),
    finished(endpoint, completion) {
      inFlight.finished(endpoint.key)
      book.report(endpoint.key, completion)
    },
    withEndpoints: next => overBook(next, options, book),
  }
}

/** The latency to reckon with; 0 is an unknown one, beside which another one is known or not. */
const costMs = (latencyMs: number, otherMs: number): number => {
  if (latencyMs > 0) return latencyMs
  return otherMs > 0 ? Math.min(otherMs, unknownMs) : unknownMs
}

// Less than a failure costs: who has not answered yet is not worse than who failed.
const unknownMs = 1_000
