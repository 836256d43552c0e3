/** The ring-hash strategy. */

import type { Balancer, Endpoint } from './balancer.ts'
import type { BalancerOptions } from './balancer-options.ts'
import { endpointSet } from './endpoint-set.ts'
import { emptyRing, type HashRing, nextRing, ownerOfHash } from './hash-ring.ts'
import { inFlightReports } from './in-flight-reports.ts'
import { localInFlight } from './in-flight.ts'
import { murmurHash3 } from './murmur-hash3.ts'
import { roundRobin } from './round-robin.ts'

/**
 * Maps equal hash keys to the same endpoint (consistent hashing, as ketama does). When an endpoint leaves or is
 * excluded, only its own keys move: to the endpoints that follow on the ring. Without a hash key: round-robin.
 *
 * A pick is O(log points); each excluded endpoint adds about as many steps as it has neighbouring points.
 * Building hashes and sorts 320 points per unit of weight; `withEndpoints` does so for new endpoints only.
 *
 * @see Karger et al., "Consistent Hashing and Random Trees", STOC 1997, §4
 * @throws LoadBalancingError for a bad weight or start offset; `withEndpoints` too.
 */
export const ringHash = <E extends Endpoint>(endpoints: readonly E[], options: BalancerOptions = {}): Balancer<E> => {
  const inFlight = options.inFlight ?? localInFlight()
  return onRing(emptyRing, roundRobin(endpoints, { ...options, inFlight }), { ...options, inFlight })
}

const onRing = <E extends Endpoint>(
  previous: HashRing,
  fallback: Balancer<E>,
  options: Required<Pick<BalancerOptions, 'inFlight'>>,
): Balancer<E> => {
  const set = endpointSet(fallback.endpoints, {})
  const ring = nextRing(previous, set.keys, set.weights)
  const pickOf = new Map(set.keys.map((key, index) => [key, set.picks[index] ?? set.none]))
  const picks = ring.keys.map(key => pickOf.get(key) ?? set.none)

  return {
    endpoints: set.endpoints,
    pick(input) {
      if (input.hashKey === undefined) return fallback.pick(input)
      const owner = ownerOfHash(ring, murmurHash3(input.hashKey, 0), input.excluded)
      return owner === undefined ? set.none : (picks[owner] ?? set.none)
    },
    ...inFlightReports(options.inFlight),
    withEndpoints: next => onRing(ring, fallback.withEndpoints(next), options),
  }
}
