/** The ring-hash strategy. */

import type { Balancer, Endpoint } from './balancer.ts'
import type { BalancerOptions } from './balancer-options.ts'
import { hashBalancer, type KeyPlacement } from './hash-balancer.ts'
import { emptyRing, type HashRing, nextRing, ownerOfHash } from './hash-ring.ts'
import { murmurHash3 } from './murmur-hash3.ts'

/**
 * Maps equal hash keys to the same endpoint (consistent hashing, as ketama does). When an endpoint leaves or is
 * excluded, only its own keys move: to the endpoints that follow on the ring. Without a hash key: round-robin.
 *
 * A pick is O(1) expected, O(log points) at worst; each excluded endpoint adds about as many steps as it has neighbouring
 * points. Building hashes and sorts 320 points per unit of weight; `withEndpoints` does so for new endpoints only.
 *
 * @see Karger et al., "Consistent Hashing and Random Trees", STOC 1997, §4
 * @throws LoadBalancingError for a bad weight or start offset; `withEndpoints` too.
 */
export const ringHash = <E extends Endpoint>(endpoints: readonly E[], options: BalancerOptions = {}): Balancer<E> =>
  hashBalancer(endpoints, options, onRing(emptyRing))

const onRing = (ring: HashRing): KeyPlacement => ({
  place: (hashKey, excluded) => ownerOfHash(ring, murmurHash3(hashKey, 0), excluded),
  next: (keys, weights) => onRing(nextRing(ring, keys, weights)),
})
