/** What all hash strategies have in common: a map from hash keys to endpoints, and turns for requests without a key. */

import type { Balancer, Endpoint, PickResult } from './balancer.ts'
import type { BalancerOptions } from './balancer-options.ts'
import { endpointSet } from './endpoint-set.ts'
import { inFlightReports } from './in-flight-reports.ts'
import { type InFlight, localInFlight } from './in-flight.ts'
import { roundRobin } from './round-robin.ts'

/** Where hash keys go among the endpoints of one set, which are known here by their index in the order of their keys. */
export interface KeyPlacement {
  /**
   * Index of the endpoint that this hash key goes to: the first one that is not excluded in an order that depends on the
   * hash key and the set alone. Undefined when all are excluded.
   */
  place(hashKey: string, excluded: ReadonlySet<string> | undefined): number | undefined
  /** The placement over the next set: keys in code-unit order, and their weights, which are above 0. */
  next(keys: readonly string[], weights: readonly number[]): KeyPlacement
}

/**
 * A balancer that places requests with a hash key by `next(…)` of the placement given, which is that of the set before,
 * and hands out the others by round-robin. `withEndpoints` is O(n log n), plus the cost of the placement.
 */
export const hashBalancer = <E extends Endpoint>(
  endpoints: readonly E[],
  options: BalancerOptions,
  previous: KeyPlacement,
): Balancer<E> => {
  const inFlight = options.inFlight ?? localInFlight()
  return placing(previous, roundRobin(endpoints, { ...options, inFlight }), inFlight)
}

const placing = <E extends Endpoint>(
  previous: KeyPlacement,
  fallback: Balancer<E>,
  inFlight: InFlight,
): Balancer<E> => {
  const set = endpointSet(fallback.endpoints, {})
  const members = set.keys.map((key, index) => ({ key, index })).sort((a, b) => (a.key < b.key ? -1 : 1))
  const picks = members.map(({ index }): PickResult<E> => set.picks[index] ?? set.none)
  const placement = previous.next(
    members.map(({ key }) => key),
    members.map(({ index }) => set.weights[index] ?? 1),
  )

  return {
    endpoints: set.endpoints,
    pick(input) {
      if (input.hashKey === undefined) return fallback.pick(input)
      const index = placement.place(input.hashKey, input.excluded)
      return index === undefined ? set.none : (picks[index] ?? set.none)
    },
    ...inFlightReports(inFlight),
    withEndpoints: next => placing(placement, fallback.withEndpoints(next), inFlight),
  }
}
