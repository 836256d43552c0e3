/** Checks the endpoints given to a strategy and prepares what all strategies need of them. */

import type { Endpoint, PickResult } from './balancer.ts'
import type { BalancerOptions } from './balancer-options.ts'
import { LoadBalancingError } from './load-balancing-error.ts'

/** A checked endpoint set. The three last arrays run in parallel: same index, same endpoint. */
export interface EndpointSet<E extends Endpoint> {
  /** Every endpoint once, in the order given, with those of weight 0; the very array given when no key comes twice. */
  readonly endpoints: readonly E[]
  /** Keys of the endpoints with a weight above 0, beginning at the start offset and wrapping around. */
  readonly keys: readonly string[]
  readonly weights: readonly number[]
  /** The answer of a pick, made once so that `pick` allocates nothing. */
  readonly picks: readonly PickResult<E>[]
  /** The answer when no index is left: `no-endpoints` for the empty set, `all-excluded` otherwise. */
  readonly none: PickResult<E>
}

/** Highest weight: keeps products of a weight and a count of requests exact in a double. */
const maxWeight = 1_000_000

/**
 * Reads an endpoint set; the input is not changed. O(n).
 *
 * Of endpoints with the same key the first is kept: EndpointSlices may name an address twice, and that must not
 * double its share.
 *
 * @throws LoadBalancingError `invalid-weight` or `invalid-start`, naming the value.
 */
export const endpointSet = <E extends Endpoint>(
  endpoints: readonly E[],
  options: Pick<BalancerOptions, 'start'>,
): EndpointSet<E> => {
  const byKey = new Map<string, E>()
  for (const endpoint of endpoints) if (!byKey.has(endpoint.key)) byKey.set(endpoint.key, endpoint)
  const distinct = [...byKey.values()]
  const pickable = startingAt(
    distinct
      .map((endpoint, position) => ({ endpoint, position, weight: weightOf(endpoint) }))
      .filter(({ weight }) => weight > 0),
    options.start ?? 0,
  )
  return {
    endpoints: distinct.length === endpoints.length ? endpoints : distinct,
    keys: pickable.map(({ endpoint }) => endpoint.key),
    weights: pickable.map(({ weight }) => weight),
    picks: pickable.map(({ endpoint, position }) => ({ kind: 'picked', endpoint, position })),
    none: { kind: 'none', reason: distinct.length === 0 ? 'no-endpoints' : 'all-excluded' },
  }
}

const weightOf = (endpoint: Endpoint): number => {
  const weight = endpoint.weight ?? 1
  if (Number.isInteger(weight) && weight >= 0 && weight <= maxWeight) return weight
  throw new LoadBalancingError(
    'invalid-weight',
    `weight of endpoint "${endpoint.key}" is ${weight}: give an integer from 0 to ${maxWeight}`,
  )
}

const startingAt = <E>(endpoints: readonly E[], start: number): readonly E[] => {
  if (!Number.isSafeInteger(start) || start < 0) {
    throw new LoadBalancingError('invalid-start', `option "start" is ${start}: give a non-negative integer`)
  }
  if (endpoints.length === 0) return endpoints
  const first = start % endpoints.length
  return [...endpoints.slice(first), ...endpoints.slice(0, first)]
}
