/** The power-of-two-choices strategy. */

import type { Balancer, Endpoint } from './balancer.ts'
import type { BalancerOptions } from './balancer-options.ts'
import { endpointSet } from './endpoint-set.ts'
import { inFlightReports } from './in-flight-reports.ts'
import { localInFlight } from './in-flight.ts'
import { seededRandom } from './seeded-random.ts'
import { twoChoices } from './two-choices.ts'

/**
 * Draws two endpoints and picks the one with fewer requests in flight per unit of weight; the first one drawn when they
 * are equal.
 *
 * Of n requests over n equal endpoints the busiest one has about ln ln n / ln 2 more than the average, where a single draw
 * would give it ln n / ln ln n; and unlike `leastConn`, many proxies at once don't all run to the same endpoint.
 * A pick costs what `twoChoices` and two counts of `inFlight` cost: O(1) expected. `withEndpoints` is O(n) and goes on with
 * the same sequence of random numbers.
 *
 * @throws LoadBalancingError for a bad weight or start offset; `withEndpoints` too.
 */
export const p2c = <E extends Endpoint>(endpoints: readonly E[], options: BalancerOptions = {}): Balancer<E> => {
  const set = endpointSet(endpoints, options)
  const inFlight = options.inFlight ?? localInFlight()
  const random = options.random ?? seededRandom(options.start ?? 0)
  const { weights } = set
  const count = inFlight.reader(set.keys)
  const choose = twoChoices(set, {
    random,
    isBetter: (second, first) => count(second) * (weights[first] ?? 1) < count(first) * (weights[second] ?? 1),
  })

  return {
    endpoints: set.endpoints,
    pick(input) {
      const index = choose(input.excluded)
      return index === undefined ? set.none : (set.picks[index] ?? set.none)
    },
    ...inFlightReports(inFlight),
    withEndpoints: next => p2c(next, { ...options, inFlight, random }),
  }
}
