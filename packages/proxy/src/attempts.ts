/** The attempts of one request: which endpoint is next, what its balancer is told, what the record says. The same for every codec. */

import { performance } from 'node:perf_hooks'
import { addedFields } from './added-fields.ts'
import type { AttemptRecord } from './request-record.ts'
import {
  failureStatus,
  retryDecision,
  type FailedAttempt,
  type FailureOutcome,
  type RetryDecision,
} from './retry-policy.ts'
import type { ForwardDecision, Upstream, UpstreamEndpoint } from './route-decision.ts'

/** Where the next attempt goes, or the answer when there is none. */
export type NextAttempt =
  | { readonly kind: 'endpoint'; readonly endpoint: UpstreamEndpoint; readonly connection: 'pooled' | 'fresh' }
  | { readonly kind: 'none'; readonly status: number; readonly reason: string }

/** What only the codec knows of an attempt that failed. */
export type AttemptFacts = Pick<FailedAttempt, 'reusedConnection' | 'bodyIsReplayable'>

/** `next`, then `connected` and `answered` or not, then `end`; and again after a failure that may be retried. */
export class Attempts {
  readonly #decision: ForwardDecision
  readonly #method: string
  #records: AttemptRecord[] | undefined
  #tried: Set<string> | undefined
  #session: string | undefined
  #endpointsTried = 0
  /** Key of the first endpoint that a connection was lost to. */
  #lostOn: string | undefined
  #interimPassedOn = false
  #firstStartedAt = 0
  // Of the attempt in progress.
  #endpoint: UpstreamEndpoint | undefined
  #startedAt = 0
  #isRetry = false
  #wasConnected = false
  #latencyMs: number | undefined
  #status: number | undefined

  constructor(decision: ForwardDecision, method: string) {
    this.#decision = decision
    this.#method = method
  }

  /** Finished attempts, in order. */
  get records(): readonly AttemptRecord[] {
    return this.#records ?? none
  }

  /** Picks an endpoint that was not tried and begins an attempt on it; `last` is how the one before failed. */
  next(last: FailureOutcome | undefined): NextAttempt {
    const picked = this.#pick()
    if (picked === undefined) return upstreamThrew
    if (picked.kind === 'picked') return this.goTo(picked.endpoint)
    return last === undefined
      ? { kind: 'none', status: 503, reason: picked.reason }
      : { kind: 'none', status: failureStatus(last), reason: last }
  }

  /** Begins the first attempt on a picked endpoint. Once a connection was lost, kept ones are not trusted with this request any more. */
  goTo(endpoint: UpstreamEndpoint): NextAttempt {
    this.#isRetry = this.#endpointsTried > 0
    this.#endpointsTried += 1
    if (!this.begin(endpoint)) return upstreamThrew
    if (!this.#isRetry) this.#firstStartedAt = this.#startedAt
    return { kind: 'endpoint', endpoint, connection: this.#lostOn === undefined ? 'pooled' : 'fresh' }
  }

  /** Begins an attempt on this endpoint; false when its balancer threw. */
  begin(endpoint: UpstreamEndpoint): boolean {
    try {
      this.#decision.upstream.started(endpoint, this.#isRetry ? retryAttempt : firstAttempt)
    } catch {
      return false
    }
    this.#endpoint = endpoint
    this.#startedAt = performance.now()
    this.#wasConnected = false
    this.#latencyMs = undefined
    this.#status = undefined
    return true
  }

  /** The attempt in progress has its connection. */
  connected(): void {
    if (this.#endpoint === undefined || this.#wasConnected) return
    this.#wasConnected = true
    try {
      this.#decision.upstream.connected(this.#endpoint)
    } catch {
      // The connection stands whatever its upstream makes of it.
    }
  }

  /** The client has got an interim answer. */
  passedInterim(): void {
    this.#interimPassedOn = true
  }

  /** The head of an answer is there. */
  answered(status: number): void {
    this.#latencyMs = performance.now() - this.#startedAt
    this.#status = status
  }

  /** Where to go instead of passing on the answer of the attempt in progress; `undefined` when the client gets that answer. */
  insteadOfAnswer(facts: AttemptFacts): UpstreamEndpoint | undefined {
    const endpoint = this.#endpoint
    const status = this.#status
    if (endpoint === undefined || status === undefined) return undefined
    if (this.#decide(endpoint, status, facts) !== 'another-endpoint') return undefined
    this.#exclude(endpoint)
    const picked = this.#pick()
    return picked?.kind === 'picked' ? picked.endpoint : undefined
  }

  /** What the decision adds to the answer of the attempt in progress, as `[name, value, …]`. */
  addedFields(): readonly string[] {
    const { answerHeaders } = this.#decision
    const endpoint = this.#endpoint
    if (answerHeaders === undefined || endpoint === undefined) return none
    const session = this.#session
    return addedFields(answerHeaders, session === undefined ? { endpoint } : { endpoint, session })
  }

  /** Ends the attempt in progress, once: returns its endpoint, or `undefined` when none is. */
  end(outcome: AttemptRecord['outcome'], told: 'success' | 'failure' | 'aborted'): UpstreamEndpoint | undefined {
    const endpoint = this.#endpoint
    if (endpoint === undefined) return undefined
    this.#endpoint = undefined
    const latencyMs = this.#latencyMs
    const status = this.#status
    const wasConnected = this.#wasConnected
    const isRetry = this.#isRetry
    const isAnswered = latencyMs !== undefined && status !== undefined
    const { key } = endpoint
    this.#records ??= []
    this.#records.push(isAnswered ? { endpoint: key, outcome, latencyMs, status } : { endpoint: key, outcome })
    try {
      this.#decision.upstream.finished(
        endpoint,
        isAnswered
          ? { outcome: told, latencyMs, status, wasConnected, isRetry }
          : { outcome: told, wasConnected, isRetry },
      )
    } catch {
      // The attempt is over whatever its upstream makes of it.
    }
    return endpoint
  }

  /** Whether there is another attempt after one on `endpoint` that ended with this outcome and without an answer. */
  afterFailure(endpoint: UpstreamEndpoint, outcome: FailureOutcome, facts: AttemptFacts): RetryDecision {
    const retry = this.#decide(endpoint, outcome, facts)
    if (outcome === 'reset') this.#lostOn ??= endpoint.key
    this.#exclude(endpoint)
    return retry
  }

  #decide(endpoint: UpstreamEndpoint, fault: FailureOutcome | number, facts: AttemptFacts): RetryDecision {
    return retryDecision(
      {
        fault,
        ...facts,
        method: this.#method,
        interimPassedOn: this.#interimPassedOn,
        endpointsTried: this.#endpointsTried,
        lostElsewhere: this.#lostOn !== undefined && this.#lostOn !== endpoint.key,
        elapsedMs: performance.now() - this.#firstStartedAt,
      },
      this.#decision.retry,
    )
  }

  #exclude(endpoint: UpstreamEndpoint): void {
    this.#tried ??= new Set()
    this.#tried.add(endpoint.key)
  }

  /** `undefined` when the upstream threw. */
  #pick(): ReturnType<Upstream['pick']> | undefined {
    const { upstream, hashKey, session } = this.#decision
    const excluded = this.#tried
    try {
      const picked = upstream.pick(
        hashKey === undefined && session === undefined && excluded === undefined
          ? anyEndpoint
          : {
              ...(hashKey === undefined ? {} : { hashKey }),
              ...(session === undefined ? {} : { session }),
              ...(excluded === undefined ? {} : { excluded }),
            },
      )
      if (picked.kind === 'picked' && picked.session !== undefined) this.#session = picked.session
      return picked
    } catch {
      return undefined
    }
  }
}

const none: readonly never[] = []
const anyEndpoint = {}
const firstAttempt = { isRetry: false }
const retryAttempt = { isRetry: true }
const upstreamThrew: NextAttempt = { kind: 'none', status: 500, reason: 'upstream-threw' }
