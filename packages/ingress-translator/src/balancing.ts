/** How the requests of a path are spread over the endpoints of one Service, and who said so. */

import type {
  CircuitBreakerLimits,
  HealthCheckSettings,
  OutlierDetectionSettings,
  StrategyName,
} from '@ingresskit/load-balancing'
import type { HashSource } from './hash-source.ts'
import type { RetrySettings } from './retry-settings.ts'
import type { SessionAffinity } from './session-affinity.ts'
import type { SlowStartSettings } from './slow-start.ts'

/** Everything that annotations of the Ingress and of the Service say about one Service, with the defaults filled in. */
export interface Balancing {
  /** Name of the strategy. Default `round-robin`. */
  readonly strategy: StrategyName
  /** What a hash strategy, or the choice of a subset, hashes. Default `ip` for both; absent where nothing is hashed. */
  readonly hashOn?: HashSource
  /** In flight on one endpoint at most, as a factor of the average; at least 1. Absent: unbounded. */
  readonly hashBound?: number
  /** Endpoints in the subset that the hash chooses and that `strategy` then spreads over. Absent: no subsets. */
  readonly subsetSize?: number
  /** Absent: a new endpoint gets its full share at once. */
  readonly slowStart?: SlowStartSettings
  /** Active health checks. Absent: none are made. */
  readonly healthCheck?: HealthCheckSettings
  /** Absent: no endpoint is ejected for its answers. */
  readonly outlierDetection?: OutlierDetectionSettings
  /** With fewer healthy endpoints than this percentage, health is ignored; 0 = never ignored. Default 50. */
  readonly panicPercent: number
  /** Absent: nothing is limited. */
  readonly circuitBreaker?: CircuitBreakerLimits
  /** When another endpoint is tried. Absent: nobody said; whoever forwards has defaults of its own. */
  readonly retry?: RetrySettings
  /** Keeps a client on its endpoint by a cookie. Absent: every request is picked for anew. */
  readonly affinity?: SessionAffinity
  /** Canonical text of all of the above: two policies are the same exactly when their keys are equal. */
  readonly key: string
  /**
   * Where each setting was made, by the name of its annotation without prefix: `load-balance` → `Ingress shop/site
   * ingresskit.dev/load-balance`. A setting that is not in it has its default; one that was switched off is.
   */
  readonly decidedBy: Readonly<Record<string, string>>
}
