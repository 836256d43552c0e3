/** What every strategy can be told when it is built; `withEndpoints` passes it on to the next balancer. */

import type { InFlight } from './in-flight.ts'

/** Options that all strategies understand. A strategy with options of its own extends this interface in its own file. */
export interface BalancerOptions {
  /**
   * How many endpoints to skip before the first turn, modulo the size of the set; a non-negative integer, default 0.
   * Give each route another one (a counter or a random number), so that many routes do not begin with the same endpoint.
   */
  readonly start?: number
  /**
   * Where requests in flight are counted; default `localInFlight()`. Pass the one of the previous balancer when the
   * strategy of a backend changes, so that its counts stay.
   */
  readonly inFlight?: InFlight
  /**
   * Random numbers from 0 to below 1, for `p2c`, `peak-ewma` and `random`. Default: a generator of its own that begins with
   * `start`, so that equal inputs give equal picks.
   */
  readonly random?: () => number
}
