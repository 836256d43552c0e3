/** The random strategy. */

import type { Balancer, Endpoint } from './balancer.ts'
import type { BalancerOptions } from './balancer-options.ts'
import { endpointSet } from './endpoint-set.ts'
import { inFlightReports } from './in-flight-reports.ts'
import { localInFlight } from './in-flight.ts'
import { seededRandom } from './seeded-random.ts'
import { weightedDraw } from './weighted-draw.ts'

/**
 * Picks each endpoint with a probability in proportion to its weight, whatever was picked before.
 *
 * A pick is O(1) while those that are not excluded hold a fair part of the weight, else O(n). `withEndpoints` is O(n) and
 * goes on with the same sequence of random numbers.
 *
 * @throws LoadBalancingError for a bad weight or start offset; `withEndpoints` too.
 */
export const random = <E extends Endpoint>(endpoints: readonly E[], options: BalancerOptions = {}): Balancer<E> => {
  const set = endpointSet(endpoints, options)
  const inFlight = options.inFlight ?? localInFlight()
  const numbers = options.random ?? seededRandom(options.start ?? 0)
  const draw = weightedDraw(set, numbers)

  return {
    endpoints: set.endpoints,
    pick(input) {
      const index = draw.next(input.excluded, undefined)
      return index === undefined ? set.none : (set.picks[index] ?? set.none)
    },
    ...inFlightReports(inFlight),
    withEndpoints: next => random(next, { ...options, inFlight, random: numbers }),
  }
}
