/** Hashes to a subset of the endpoints, and balances inside it. */

import type { Balancer, Endpoint, Picked } from './balancer.ts'
import type { BalancerOptions } from './balancer-options.ts'
import { binomialHash } from './binomial-hash.ts'
import { endpointSet } from './endpoint-set.ts'
import { type InFlight, localInFlight } from './in-flight.ts'
import { murmurHash3 } from './murmur-hash3.ts'
import { numberOption } from './number-option.ts'
import { roundRobin } from './round-robin.ts'

/** What `subsets` can be told beside what all strategies understand, which it passes on to the strategy inside. */
export interface SubsetsOptions<E extends Endpoint> extends BalancerOptions {
  /** Endpoints per subset, a positive integer; default 3. */
  readonly size?: number
  /** Picks inside a subset. The hash key is passed on to it, so a hash strategy would give each key one endpoint of the subset. */
  readonly strategy: (endpoints: readonly E[], options: BalancerOptions) => Balancer<E>
}

/**
 * Divides the n endpoints into ⌈n/size⌉ subsets, in the order of their keys; the last one is filled up with the first
 * endpoints. Equal hash keys get the same subset, and the strategy picks in it. When all endpoints of a subset are excluded,
 * the next subset serves. Without a hash key: round-robin over all.
 *
 * The subsets depend on the keys of the endpoints alone, not on their order or on sets before. When an endpoint leaves or
 * joins, each subset behind it changes one of its members, and those before it none; a key keeps the number of its subset
 * unless there are more or fewer subsets than before: then 1 of the larger number of keys per subset moves, to or from the last.
 * Subsets get equal shares of the keys: weights count inside a subset only, and what fills up the last one gets more.
 *
 * A pick is O(1) plus that of the strategy. `withEndpoints` is O(n log n) plus that of each subset: the strategy of a subset
 * goes on with what it has learned about the endpoints that stay in it.
 *
 * @see `binomialHash` (how a key finds its subset)
 * @throws LoadBalancingError `invalid-option`, or for a bad weight or start offset; `withEndpoints` too.
 */
export const subsets = <E extends Endpoint>(endpoints: readonly E[], options: SubsetsOptions<E>): Balancer<E> => {
  const size = numberOption('size', options.size ?? 3, { kind: 'integer', from: 1 })
  const inFlight = options.inFlight ?? localInFlight()
  return hashingToSubset(roundRobin(endpoints, { ...options, inFlight }), [], { ...options, size, inFlight })
}

const hashingToSubset = <E extends Endpoint>(
  everything: Balancer<E>,
  previous: readonly Balancer<E>[],
  options: SubsetsOptions<E> & Required<Pick<SubsetsOptions<E>, 'size' | 'inFlight'>>,
): Balancer<E> => {
  const set = endpointSet(everything.endpoints, {})
  const { strategy, size, inFlight, start, random } = options
  const passedOn: BalancerOptions = {
    inFlight: readOnly(inFlight),
    ...(start === undefined ? {} : { start }),
    ...(random === undefined ? {} : { random }),
  }
  const pickable = everything.endpoints.filter(endpoint => endpoint.weight !== 0)
  const inner = divided(pickable, size).map(
    (members, number) => previous[number]?.withEndpoints(members) ?? strategy(members, passedOn),
  )
  const balancersOf = new Map<string, Balancer<E>[]>()
  for (const balancer of inner) {
    for (const { key } of balancer.endpoints) balancersOf.set(key, [...(balancersOf.get(key) ?? []), balancer])
  }

  const picks = new Map(
    everything.endpoints.map((endpoint, position) => [endpoint.key, { kind: 'picked' as const, endpoint, position }]),
  )
  const innerPicks = inner.map(balancer => balancer.endpoints.map(({ key }) => picks.get(key)))
  /** The position of an endpoint in its subset is not the one in the set. */
  const ofAll = (result: Picked<E>, number: number): Picked<E> => {
    const own = result.position === undefined ? undefined : innerPicks[number]?.[result.position]
    if (own === undefined) return result
    return result.session === undefined ? own : { ...result, position: own.position }
  }

  return {
    endpoints: everything.endpoints,
    pick(input) {
      if (input.hashKey === undefined) return everything.pick(input)
      const first = binomialHash(murmurHash3(input.hashKey, 0), inner.length)
      for (let step = 0; step < inner.length; step += 1) {
        const number = (first + step) % inner.length
        const result = inner[number]?.pick(input)
        if (result?.kind === 'picked') return ofAll(result, number)
      }
      return set.none
    },
    // `everything` counts; the strategies learn before it does, so that they still see the request that ends.
    started(endpoint, attempt) {
      for (const balancer of balancersOf.get(endpoint.key) ?? []) balancer.started(endpoint, attempt)
      everything.started(endpoint, attempt)
    },
    connected(endpoint) {
      for (const balancer of balancersOf.get(endpoint.key) ?? []) balancer.connected(endpoint)
    },
    finished(endpoint, completion) {
      for (const balancer of balancersOf.get(endpoint.key) ?? []) balancer.finished(endpoint, completion)
      everything.finished(endpoint, completion)
    },
    inFlight: key => inFlight.count(key),
    withEndpoints: next => hashingToSubset(everything.withEndpoints(next), inner, options),
  }
}

/** An endpoint may be in two subsets: each strategy hears of its requests, but they are counted once, by somebody else. */
const readOnly = (inFlight: InFlight): InFlight => ({
  started: () => {},
  finished: () => {},
  count: key => inFlight.count(key),
  reader: keys => inFlight.reader(keys),
  changeCount: () => inFlight.changeCount(),
  changedKey: ordinal => inFlight.changedKey(ordinal),
})

const divided = <E extends Endpoint>(endpoints: readonly E[], size: number): readonly (readonly E[])[] => {
  const ordered = endpoints.toSorted((a, b) => (a.key < b.key ? -1 : 1))
  const count = Math.ceil(ordered.length / size)
  // A set smaller than a subset is one subset, without anybody twice.
  const padded = count > 1 ? [...ordered, ...ordered.slice(0, count * size - ordered.length)] : ordered
  return Array.from({ length: count }, (_, number) => padded.slice(number * size, (number + 1) * size))
}
