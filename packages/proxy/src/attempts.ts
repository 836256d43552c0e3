/** The attempts of one request: which endpoint is next, what its balancer is told, what the record says. The same for every codec. */

import { performance } from 'node:perf_hooks'
import type { AttemptRecord } from './request-record.ts'
import { failureStatus, retryDecision, type FailureOutcome, type RetryDecision } from './retry-policy.ts'
import type { ForwardDecision, UpstreamEndpoint } from './route-decision.ts'

/** Where the next attempt goes, or the answer when there is none. */
export type NextAttempt =
  | { readonly kind: 'endpoint'; readonly endpoint: UpstreamEndpoint }
  | { readonly kind: 'none'; readonly status: number; readonly reason: string }

/** `next`, then `answered` or not, then `end`; and again after a failure that may be retried. */
export class Attempts {
  readonly #decision: ForwardDecision
  readonly #method: string
  #records: AttemptRecord[] | undefined
  #tried: Set<string> | undefined
  #endpointsTried = 0
  #sentRetryUsed = false
  #endpoint: UpstreamEndpoint | undefined
  #startedAt = 0
  #latencyMs: number | undefined

  constructor(decision: ForwardDecision, method: string) {
    this.#decision = decision
    this.#method = method
  }

  /** Finished attempts, in order. */
  get records(): readonly AttemptRecord[] {
    return this.#records ?? none
  }

  /** Whether an attempt is in progress. */
  get isUnderWay(): boolean {
    return this.#endpoint !== undefined
  }

  /** Picks an endpoint that was not tried and begins an attempt on it; `last` is how the one before failed. */
  next(last: FailureOutcome | undefined): NextAttempt {
    const { upstream, hashKey } = this.#decision
    let picked: ReturnType<typeof upstream.pick>
    try {
      picked = upstream.pick(
        hashKey === undefined && this.#tried === undefined
          ? anyEndpoint
          : {
              ...(hashKey === undefined ? {} : { hashKey }),
              ...(this.#tried === undefined ? {} : { excluded: this.#tried }),
            },
      )
    } catch {
      return upstreamThrew
    }
    if (picked.kind === 'none') {
      return last === undefined
        ? { kind: 'none', status: 503, reason: picked.reason }
        : { kind: 'none', status: failureStatus(last), reason: last }
    }
    this.#endpointsTried += 1
    return this.begin(picked.endpoint) ? { kind: 'endpoint', endpoint: picked.endpoint } : upstreamThrew
  }

  /** Begins an attempt on this endpoint; false when its balancer threw. */
  begin(endpoint: UpstreamEndpoint): boolean {
    try {
      this.#decision.upstream.started(endpoint)
    } catch {
      return false
    }
    this.#endpoint = endpoint
    this.#startedAt = performance.now()
    this.#latencyMs = undefined
    return true
  }

  /** The first byte of an answer is there. */
  answered(): void {
    this.#latencyMs = performance.now() - this.#startedAt
  }

  /** Ends the attempt in progress, once: returns its endpoint, or `undefined` when none is. */
  end(outcome: AttemptRecord['outcome'], told: 'success' | 'failure' | 'aborted'): UpstreamEndpoint | undefined {
    const endpoint = this.#endpoint
    if (endpoint === undefined) return undefined
    this.#endpoint = undefined
    const latencyMs = this.#latencyMs
    this.#records ??= []
    this.#records.push(
      latencyMs === undefined ? { endpoint: endpoint.key, outcome } : { endpoint: endpoint.key, outcome, latencyMs },
    )
    try {
      this.#decision.upstream.finished(
        endpoint,
        latencyMs === undefined ? { outcome: told } : { outcome: told, latencyMs },
      )
    } catch {
      // The attempt is over whatever its upstream makes of it.
    }
    return endpoint
  }

  /** Whether there is another attempt after one on `endpoint` that ended with this outcome and without an answer. */
  afterFailure(
    endpoint: UpstreamEndpoint,
    outcome: FailureOutcome,
    facts: { readonly reusedConnection: boolean; readonly bodyIsReplayable: boolean },
  ): RetryDecision {
    const retry = retryDecision({
      outcome,
      ...facts,
      method: this.#method,
      endpointsTried: this.#endpointsTried,
      maxAttempts: this.#decision.maxAttempts,
      sentRetryUsed: this.#sentRetryUsed,
    })
    if (retry !== 'give-up' && outcome === 'reset') this.#sentRetryUsed = true
    this.#tried ??= new Set()
    this.#tried.add(endpoint.key)
    return retry
  }
}

const none: readonly AttemptRecord[] = []
const anyEndpoint = {}
const upstreamThrew: NextAttempt = { kind: 'none', status: 500, reason: 'upstream-threw' }
