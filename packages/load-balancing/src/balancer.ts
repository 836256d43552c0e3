/** The contract that every balancing strategy keeps; `test/balancer-contract.ts` is its behaviour suite. */

/** The least an endpoint must be to be balanced over. */
export interface Endpoint {
  /** Identity across membership changes, e.g. `10.0.0.7:8080`. Unique within a set. */
  readonly key: string
  /** Share of traffic relative to the others; a non-negative integer. 0 = keep but never pick. Default 1. */
  readonly weight?: number
}

/** What a strategy may look at for one pick. All fields are optional; a strategy ignores what it does not use. */
export interface PickInput {
  /** Text that hash strategies map to an endpoint; without it they fall back to round-robin. */
  readonly hashKey?: string
  /** Keys of endpoints that must not be picked: those already tried for this request. */
  readonly excluded?: ReadonlySet<string>
  /** What a client brought back of an earlier `PickResult.session`; only `stickySessions` looks at it. */
  readonly session?: string
}

/** The picked endpoint, or why there is none. Callers treat it as read-only. */
export type PickResult<E extends Endpoint> = Picked<E> | { readonly kind: 'none'; readonly reason: NoneReason }

/** The answer of a pick that has an endpoint. */
export interface Picked<E extends Endpoint> {
  readonly kind: 'picked'
  /** One of the set, as it was given. */
  readonly endpoint: E
  /**
   * Index of the endpoint in `endpoints` of the balancer that was asked; it saves who keeps something by endpoint looking it up by
   * key. All balancers of this package say it; absent when one does not.
   */
  readonly position?: number
  /** What the client is to bring back from now on; absent when it has it already, and without `stickySessions`. */
  readonly session?: string
}

/** Why there is no endpoint: nothing is there, everything is taken out or tried, or a limit was reached (`circuitBreaker`, `retryBudget`). */
export type NoneReason =
  | 'no-endpoints'
  | 'all-excluded'
  | 'too-many-connections'
  | 'too-many-pending'
  | 'too-many-requests'
  | 'retry-budget-exhausted'

/** What a balancer is told when an attempt begins. */
export interface AttemptStart {
  /** Another attempt of the same request was made on another endpoint before. Default: it was not. */
  readonly isRetry?: boolean
}

/** How an attempt on an endpoint ended. */
export interface Completion {
  /** `failure`: the endpoint is to blame. `aborted`: the client went away, which says nothing about the endpoint. */
  readonly outcome: 'success' | 'failure' | 'aborted'
  /** Milliseconds from `started` to the first byte of the answer, when there was one. */
  readonly latencyMs?: number
  /** HTTP status of the answer, when there was one. */
  readonly status?: number
  /** `connected` was called for this attempt. Default: it was not. */
  readonly wasConnected?: boolean
  /** As in its `AttemptStart`. */
  readonly isRetry?: boolean
}

/**
 * Spreads requests over a fixed endpoint set.
 *
 * The set never changes: `withEndpoints` gives the balancer of the next set, which takes over what was learned about the
 * endpoints that stay (rotation, requests in flight), so a membership change neither starves nor floods anyone.
 * A request that began on an older balancer may report to it after the change; the count reaches the newer one too.
 */
export interface Balancer<E extends Endpoint> {
  /** The array this balancer was given; a copy without the later ones of equal keys when some key comes twice. */
  readonly endpoints: readonly E[]
  /**
   * Chooses the endpoint of the next attempt; it counts nothing as in flight. `no-endpoints` means that the set is empty,
   * `all-excluded` that each of its endpoints is excluded or has weight 0.
   */
  pick(input: PickInput): PickResult<E>
  /** An attempt on the endpoint began; every `started` is followed by exactly one `finished`. */
  started(endpoint: E, attempt?: AttemptStart): void
  /** That attempt has its connection, at most once. Only `circuitBreaker` counts it; who does not know may leave it out. */
  connected(endpoint: E): void
  /** That attempt ended. Without a matching `started` it does nothing: counts never fall below 0. */
  finished(endpoint: E, completion: Completion): void
  /** Requests in flight on the endpoint with this key, over all generations of the balancer. 0 for an unknown key. */
  inFlight(key: string): number
  /** The balancer of the next set; this one goes on working. Throws `LoadBalancingError` for a bad weight. */
  withEndpoints(endpoints: readonly E[]): Balancer<E>
}
