/** The round-robin strategy. */

import type { Balancer, Endpoint } from './balancer.ts'
import type { BalancerOptions } from './balancer-options.ts'
import { endpointSet } from './endpoint-set.ts'
import { inFlightReports } from './in-flight-reports.ts'
import { localInFlight } from './in-flight.ts'
import { rotation } from './rotation.ts'
import { smoothWeighted } from './smooth-weighted.ts'
import { weightedDeadlines } from './weighted-deadlines.ts'

/**
 * Gives each endpoint its turns in proportion to its weight, evenly spread.
 *
 * A pick is O(1) when all weights above 0 are equal, else O(n) for up to 64 endpoints and O(log n) for more, whose turns are a little
 * less evenly spread. `withEndpoints` is O(n log n): endpoints that stay keep
 * their place in the order, new ones join in its middle.
 *
 * @throws LoadBalancingError for a bad weight or start offset; `withEndpoints` too.
 */
export const roundRobin = <E extends Endpoint>(endpoints: readonly E[], options: BalancerOptions = {}): Balancer<E> =>
  takingTurns(endpoints, options, new Map())

/** Up to so many endpoints the smoothest order costs less than a heap. */
const mostSmooth = 64

const takenByWeight: typeof smoothWeighted = (keys, weights, lags) =>
  keys.length > mostSmooth ? weightedDeadlines(keys, weights, lags) : smoothWeighted(keys, weights, lags)

const takingTurns = <E extends Endpoint>(
  endpoints: readonly E[],
  options: BalancerOptions,
  lags: ReadonlyMap<string, number>,
): Balancer<E> => {
  const set = endpointSet(endpoints, options)
  const inFlight = options.inFlight ?? localInFlight()
  const equal = set.weights.every(weight => weight === set.weights[0])
  const turns = equal ? rotation(set.keys, lags) : takenByWeight(set.keys, set.weights, lags)

  return {
    endpoints: set.endpoints,
    pick(input) {
      const index = turns.next(input.excluded)
      return index === undefined ? set.none : (set.picks[index] ?? set.none)
    },
    ...inFlightReports(inFlight),
    withEndpoints: next => takingTurns(next, { ...options, inFlight }, turns.lags()),
  }
}
