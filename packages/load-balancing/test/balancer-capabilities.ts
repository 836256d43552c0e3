/** What the shared suite is told about a strategy or decorator. */

import type { Balancer, Endpoint } from '../src/balancer.ts'
import type { BalancerOptions } from '../src/balancer-options.ts'

/** Builds a balancer of the strategy under test. */
export type BalancerFactory = <E extends Endpoint>(endpoints: readonly E[], options?: BalancerOptions) => Balancer<E>

/** True when it is promised; otherwise the reason why it is not, which the title of the skipped test shows. */
export type Promised = true | string

/** What a strategy or decorator promises beyond the contract; the suite checks it only where it is true. */
export interface BalancerCapabilities {
  /** Every endpoint gets picks without a hash key within two cycles of the weights, also right after a membership change. */
  readonly reachesAll: Promised
  /** Endpoints take turns: the `start` option decides which one of equals is first. */
  readonly honoursStart: Promised
  /** Over many requests with different hash keys each endpoint gets from half to twice its share, whoever joined or left before. */
  readonly sharesFairly: Promised
  /** An endpoint with much more in flight than all others gets no picks. */
  readonly goesByLoad: Promised
  /** An endpoint that answered much more slowly than all others gets no picks at first (the clock stands still). */
  readonly learnsLatency: Promised
}

/** Title of a test that runs only when this is promised: `it.runIf(promised === true)(titleFor(promised, …), …)`. */
export const titleFor = (promised: Promised, title: string): string =>
  promised === true ? title : `${title} (not promised: ${promised})`
