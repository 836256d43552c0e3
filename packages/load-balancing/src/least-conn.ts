/** The least-connections strategy. */

import type { Balancer, Endpoint } from './balancer.ts'
import type { BalancerOptions } from './balancer-options.ts'
import { endpointSet } from './endpoint-set.ts'
import { inFlightReports } from './in-flight-reports.ts'
import { localInFlight } from './in-flight.ts'
import { loadIndex } from './load-index.ts'

/**
 * Picks the endpoint with the fewest requests in flight per unit of weight, over the whole set; of several with the
 * fewest, the one whose turn it is (turns are in proportion to weight).
 *
 * A pick is O(log n), plus O(log n) for each count that changed since the last one and O(1) per excluded endpoint.
 * With more changes than n, or than the journal of `InFlight` holds, it is O(n) once. `withEndpoints` is O(n).
 *
 * @throws LoadBalancingError for a bad weight or start offset; `withEndpoints` too.
 */
export const leastConn = <E extends Endpoint>(endpoints: readonly E[], options: BalancerOptions = {}): Balancer<E> =>
  leastLoaded(endpoints, options, new Map())

const leastLoaded = <E extends Endpoint>(
  endpoints: readonly E[],
  options: BalancerOptions,
  waits: ReadonlyMap<string, number>,
): Balancer<E> => {
  const set = endpointSet(endpoints, options)
  const inFlight = options.inFlight ?? localInFlight()
  const index = loadIndex(set, inFlight, waits)

  return {
    endpoints: set.endpoints,
    pick(input) {
      const least = index.take(input.excluded)
      return least === undefined ? set.none : (set.picks[least] ?? set.none)
    },
    ...inFlightReports(inFlight),
    withEndpoints: next => leastLoaded(next, { ...options, inFlight }, index.waits()),
  }
}
