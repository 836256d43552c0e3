/** Builds a balancer by the name of its strategy, as configuration gives it. */

import type { Balancer, Endpoint } from './balancer.ts'
import type { BalancerOptions } from './balancer-options.ts'
import { leastConn } from './least-conn.ts'
import { LoadBalancingError } from './load-balancing-error.ts'
import { maglev } from './maglev.ts'
import { p2c } from './p2c.ts'
import { peakEwma } from './peak-ewma.ts'
import { random } from './random.ts'
import { rendezvous } from './rendezvous.ts'
import { ringHash } from './ring-hash.ts'
import { roundRobin } from './round-robin.ts'

/** Name of a strategy as `ingresskit.dev/load-balance` spells it. */
export type StrategyName =
  | 'round-robin'
  | 'least-conn'
  | 'p2c'
  | 'peak-ewma'
  | 'random'
  | 'ring-hash'
  | 'maglev'
  | 'rendezvous'

/** Options for a strategy that is chosen by name. */
export interface StrategyOptions extends BalancerOptions {
  /** The present in milliseconds, from a monotonic clock. `peak-ewma` needs it; the others do not look at it. */
  readonly now?: () => number
}

type Strategy = <E extends Endpoint>(endpoints: readonly E[], options: StrategyOptions) => Balancer<E>

const strategies: Readonly<Record<StrategyName, Strategy>> = {
  'round-robin': roundRobin,
  'least-conn': leastConn,
  p2c,
  'peak-ewma': (endpoints, options) => peakEwma(endpoints, { ...options, now: clockOf(options) }),
  random,
  'ring-hash': ringHash,
  maglev,
  rendezvous,
}

const clockOf = ({ now }: StrategyOptions): (() => number) => {
  if (now !== undefined) return now
  throw new LoadBalancingError(
    'clock-missing',
    'strategy "peak-ewma" measures time and option "now" is missing: give a clock in milliseconds, e.g. () => performance.now()',
  )
}

/** All strategies, the default one first. */
export const strategyNames: readonly StrategyName[] = Object.freeze(Object.keys(strategies) as StrategyName[])

/**
 * A balancer over the endpoints. To change the strategy of a backend and keep its requests in flight, build the next
 * balancer with the same `options.inFlight`; to change its endpoints, use `withEndpoints`.
 *
 * @throws LoadBalancingError for a bad weight or start offset; `clock-missing` for `peak-ewma` without `options.now`.
 */
export const createBalancer = <E extends Endpoint>(
  strategy: StrategyName,
  endpoints: readonly E[],
  options: StrategyOptions = {},
): Balancer<E> => strategies[strategy](endpoints, options)
