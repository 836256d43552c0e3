/** Builds a balancer by the name of its strategy, as configuration gives it. */

import type { Balancer, Endpoint } from './balancer.ts'
import type { BalancerOptions } from './balancer-options.ts'
import { leastConn } from './least-conn.ts'
import { ringHash } from './ring-hash.ts'
import { roundRobin } from './round-robin.ts'

/** Name of a strategy as `ingresskit.dev/load-balance` spells it. */
export type StrategyName = 'round-robin' | 'least-conn' | 'ring-hash'

type Strategy = <E extends Endpoint>(endpoints: readonly E[], options?: BalancerOptions) => Balancer<E>

const strategies: Readonly<Record<StrategyName, Strategy>> = {
  'round-robin': roundRobin,
  'least-conn': leastConn,
  'ring-hash': ringHash,
}

/** All strategies, the default one first. */
export const strategyNames: readonly StrategyName[] = Object.freeze(Object.keys(strategies) as StrategyName[])

/**
 * A balancer over the endpoints. To change the strategy of a backend and keep its requests in flight, build the next
 * balancer with the same `options.inFlight`; to change its endpoints, use `withEndpoints`.
 *
 * @throws LoadBalancingError for a bad weight or start offset.
 */
export const createBalancer = <E extends Endpoint>(
  strategy: StrategyName,
  endpoints: readonly E[],
  options: BalancerOptions = {},
): Balancer<E> => strategies[strategy](endpoints, options)
