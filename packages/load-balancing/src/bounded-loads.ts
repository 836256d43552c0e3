/** Consistent hashing with bounded loads, around any hash strategy. */

import type { Balancer, Endpoint, Picked, PickInput, PickResult } from './balancer.ts'
import { endpointSet } from './endpoint-set.ts'
import type { InFlight } from './in-flight.ts'
import { LoadBalancingError } from './load-balancing-error.ts'
import { loadTotals } from './load-totals.ts'

/** What `boundedLoads` must be told. */
export interface BoundedLoadsOptions {
  /**
   * How far above the average an endpoint may be loaded: 1.25 = by a quarter. A finite number of at least 1; the closer
   * to 1, the more keys leave their endpoint. 1.2 to 2 are usual.
   */
  readonly factor: number
  /** The counts that the wrapped balancer reports to. */
  readonly inFlight: InFlight
}

/**
 * Picks what the wrapped hash strategy picks for the hash key while that endpoint has room, and else the next one in the
 * strategy's order for the key that has. Requests without a hash key pass through.
 *
 * An endpoint has room while one more request keeps it at or below ⌈factor × average⌉, where the average counts that request
 * and is shared out by weight. So, as long as requests only begin, nobody is ever above it; an endpoint that is above
 * because others became idle gets nothing until it is below again. Excluded endpoints and those of weight 0 count neither as
 * load nor as room, so somebody who is left always has room; should counts change meanwhile in another thread, the strategy's
 * own choice stands.
 *
 * Costs as much as the pick that is wrapped, plus O(1) per count that changed since the last one (O(n) when there were more than
 * n or the journal of `InFlight` does not reach back), plus one step per excluded endpoint. A full endpoint costs another pick, eight
 * at most; then all full ones are left out at once, in O(n). Only picks that meet a full endpoint allocate. `withEndpoints` is O(n)
 * more than the wrapped one.
 *
 * @see Mirrokni, Thorup, Zadimoghaddam, "Consistent Hashing with Bounded Loads", SODA 2018, arXiv 1608.01350
 * @throws LoadBalancingError `invalid-factor`.
 */
export const boundedLoads = <E extends Endpoint>(balancer: Balancer<E>, options: BoundedLoadsOptions): Balancer<E> => {
  checkFactor(options.factor)
  const { keys, weights } = endpointSet(balancer.endpoints, {})
  const loads = loadTotals(keys, options.inFlight)
  const places = new Map(keys.map((key, index) => [key, index]))
  const indexes = balancer.endpoints.map(({ key }) => places.get(key))
  const totalWeight = weights.reduce((sum, weight) => sum + weight, 0)
  // Strategies do not keep what they are given as `excluded`, so one set serves every pick. At most all endpoints, twice.
  const passed = new Set<string>()

  const indexOf = ({ position, endpoint }: Picked<E>): number | undefined =>
    position === undefined ? places.get(endpoint.key) : indexes[position]

  /** Requests per unit of weight that nobody may reach before another one is added. */
  const bound = (excluded: ReadonlySet<string> | undefined): number => {
    let total = loads.total()
    let weight = totalWeight
    if (excluded !== undefined) {
      for (const key of excluded) {
        const index = places.get(key)
        if (index === undefined) continue
        total -= loads.count(index)
        weight -= weights[index] ?? 0
      }
    }
    return ((options.factor * (total + 1)) / weight) * belowRounding
  }

  // count + 1 ≤ ⌈x⌉ is count < x for a whole count.
  const hasRoom = (index: number, perWeight: number): boolean => loads.count(index) < perWeight * (weights[index] ?? 0)

  const passOn = (input: PickInput, perWeight: number, choice: PickResult<E>): PickResult<E> => {
    passed.clear()
    for (const key of input.excluded ?? []) passed.add(key)
    let full = choice
    for (let attempt = 0; attempt < maxAttempts && full.kind === 'picked'; attempt += 1) {
      passed.add(full.endpoint.key)
      if (attempt === maxAttempts - 1) {
        for (const [index, key] of keys.entries()) if (!hasRoom(index, perWeight)) passed.add(key)
      }
      const result = balancer.pick({ ...input, excluded: passed })
      const index = result.kind === 'picked' ? indexOf(result) : undefined
      if (index !== undefined && hasRoom(index, perWeight)) return result
      full = result
    }
    return choice
  }

  return {
    endpoints: balancer.endpoints,
    pick(input) {
      const choice = balancer.pick(input)
      if (input.hashKey === undefined || choice.kind === 'none') return choice
      const index = indexOf(choice)
      if (index === undefined) return choice
      loads.update()
      const perWeight = bound(input.excluded)
      return hasRoom(index, perWeight) ? choice : passOn(input, perWeight, choice)
    },
    started: (endpoint, attempt) => balancer.started(endpoint, attempt),
    connected: endpoint => balancer.connected(endpoint),
    finished: (endpoint, completion) => balancer.finished(endpoint, completion),
    inFlight: key => balancer.inFlight(key),
    withEndpoints: next => boundedLoads(balancer.withEndpoints(next), options),
  }
}

/** Enough that leaving out all full endpoints at once is rare with factors above 1.1. */
const maxAttempts = 8

/** Keeps 3.0000000000000004 from being rounded up to 4. */
const belowRounding = 1 - 2 ** -40

const checkFactor = (factor: number): void => {
  if (Number.isFinite(factor) && factor >= 1) return
  throw new LoadBalancingError(
    'invalid-factor',
    `option "factor" is ${factor}: give a number of at least 1, such as 1.25`,
  )
}
