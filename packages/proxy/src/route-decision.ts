import type { RequestHead } from './request-head.ts'

/** What is to happen to a request. `reason` is a stable kebab-case word for logs and metrics; it is never sent to clients. */
export type RouteDecision =
  | RespondDecision
  | {
      readonly kind: 'redirect'
      readonly status: 301 | 302 | 303 | 307 | 308
      readonly location: string
      readonly reason: string
      /** Added to the answer: `Vary`, for instance. */
      readonly headers?: readonly (readonly [name: string, value: string])[]
      readonly labels?: RouteLabels
    }
  | ForwardDecision

/** Answered here. Without `body`, a short page for the status: HTML, or JSON where the client prefers it. */
export interface RespondDecision {
  readonly kind: 'respond'
  /** HTTP status, 200 to 599. */
  readonly status: number
  /** Goes to `RequestRecord.reason`. */
  readonly reason: string
  /** Added to the answer. */
  readonly headers?: readonly (readonly [name: string, value: string])[]
  /** Sent as it is, except to HEAD. */
  readonly body?: { readonly contentType: string; readonly text: string }
  /** For the record of the request. */
  readonly labels?: RouteLabels
}

/** Sent to an endpoint of `upstream`. */
export interface ForwardDecision {
  readonly kind: 'forward'
  /** Who picks the endpoint. */
  readonly upstream: Upstream
  /** For each attempt. */
  readonly timeouts: UpstreamTimeouts
  /** When another endpoint is tried. */
  readonly retry: RetryRules
  /** Text for hash strategies. */
  readonly hashKey?: string
  /** What the client brought back of an earlier `session` of a pick. */
  readonly session?: string
  /**
   * Fields added to the answer of a backend as lines of their own, beside those it has of the same name: `Vary`, or a cookie that
   * keeps the client on the endpoint. Called once, for the final answer (or 101) that is passed on; interim answers and those of the
   * proxy itself get nothing. A field that cannot be sent, or would frame the message (`Connection`, `Content-Length`), is left out.
   * Must not throw: nothing is added then.
   */
  readonly answerHeaders?: (answer: AnsweredBy) => readonly (readonly [name: string, value: string])[]
  /** For the record of the request. */
  readonly labels?: RouteLabels
}

/**
 * When a failed attempt is followed by one on another endpoint; `defaultRetryRules` is a good beginning. What was sent is only sent
 * again where `methods` allows it (RFC 9110 §9.2.2), and while all of the body that was read is kept: 64 KiB at most.
 */
export interface RetryRules {
  /** Endpoints tried at most, the first included. */
  readonly maxAttempts: number
  /** Which failures, beside the loss of a connection from the pool: that is always made good by a fresh one to the same endpoint. */
  readonly on: ReadonlySet<RetryCause>
  /**
   * Statuses of a backend that count as failures, from 400 on; empty for none. The answer is dropped, with its connection, once another
   * endpoint was picked; when there is none, or the client has got an interim answer, it is passed on as it is.
   */
  readonly statuses: ReadonlySet<number>
  /**
   * What may be sent again. `idempotent`: GET, HEAD, OPTIONS, PUT and DELETE; but not the last two after a new connection was lost,
   * because the backend may have died of the request. `all`: every method, POST and PATCH included (nginx: `non_idempotent`).
   */
  readonly methods: 'idempotent' | 'all'
  /**
   * `once`: after a lost connection the request goes to one more endpoint, and GET, HEAD and OPTIONS alone unless `methods` is `all`: the
   * endpoint may have died of the request. `always`: as after every other failure. Kept connections are not used once one was lost.
   */
  readonly resets: 'once' | 'always'
  /** No further attempt begins this long after the first one began; `Infinity` = no limit. */
  readonly withinMs: number
}

/**
 * `connect`: no connection, nothing was sent. `reset`: lost without an answer; see `resets`. `timeout`: silent for too long.
 * `invalid`: no valid HTTP. The last two, like statuses, not after the client has got an interim answer.
 */
export type RetryCause = 'connect' | 'reset' | 'timeout' | 'invalid'

/** Who gave the answer that is passed on. */
export interface AnsweredBy {
  /** As it was picked. */
  readonly endpoint: UpstreamEndpoint
  /** Of the last pick of this request that had one. */
  readonly session?: string
}

/** How long an endpoint may be silent. */
export interface UpstreamTimeouts {
  /** Until the connection is there, name resolution and TLS included. */
  readonly connectMs: number
  /** Longest silence between two reads from the upstream, before the head and within the body. */
  readonly readMs: number
}

/** Which rule decided: bounded values from the configuration, never from the request; for metrics and logs. */
export interface RouteLabels {
  /** Namespace of the rule. */
  readonly namespace: string
  /** Name of the Ingress. */
  readonly ingress: string
  /** Name of the Service; empty when the rule has none. */
  readonly service: string
  /** Host of the rule; empty for a rule without one. */
  readonly host: string
  /** Path of the rule; empty for a default backend. */
  readonly path: string
}

/** Something that picks endpoints; a `Balancer` of @ingresskit/load-balancing fits as it is. */
export interface Upstream {
  /** Chooses an endpoint that is not excluded, or says why there is none. Must not throw. */
  pick(
    input: UpstreamPick,
  ):
    | { readonly kind: 'picked'; readonly endpoint: UpstreamEndpoint; readonly session?: string }
    | { readonly kind: 'none'; readonly reason: string }
  /**
   * An attempt on the endpoint begins. `isRetry`: one on another endpoint failed before. A fresh connection to the same endpoint, for
   * one that was lost, is an attempt with the same `isRetry`.
   */
  started(endpoint: UpstreamEndpoint, attempt: { readonly isRetry: boolean }): void
  /** The attempt has its connection, from the pool or new; called at most once for each `started`. A throw is ignored. */
  connected(endpoint: UpstreamEndpoint): void
  /** The attempt is over; called exactly once for each `started`. */
  finished(endpoint: UpstreamEndpoint, completion: UpstreamCompletion): void
}

/** What an endpoint is chosen by. */
export interface UpstreamPick {
  /** Of the `ForwardDecision`. */
  readonly hashKey?: string
  /** Of the `ForwardDecision`. */
  readonly session?: string
  /** Keys of the endpoints that were tried for this request. */
  readonly excluded?: ReadonlySet<string>
}

/** How an attempt ended. */
export interface UpstreamCompletion {
  /**
   * `failure`: the endpoint is to blame. `aborted`: the client went away. An answer that was passed on whole is a `success`, whatever its
   * status; one that was dropped for another attempt is a `failure` if its status is 500 or more.
   */
  readonly outcome: 'success' | 'failure' | 'aborted'
  /** From the beginning of the attempt to the head of the answer; absent without one. */
  readonly latencyMs?: number
  /** Of the answer; absent without one. */
  readonly status?: number
  /** Whether `connected` was called. */
  readonly wasConnected: boolean
  /** As `started` was told. */
  readonly isRetry: boolean
}

/** Where an attempt goes. */
export interface UpstreamEndpoint {
  /** Identity: pooled connections and exclusions go by it. */
  readonly key: string
  /** IPv4 or IPv6 literal, or a DNS name (whose loopback and link-local results are refused). */
  readonly address: string
  /** TCP port. */
  readonly port: number
}

/** Decides on a request; must be synchronous and must not throw (a throw is answered 500 and reported). */
export type Route = (head: RequestHead) => RouteDecision

/** The one canonical form of a path; @ingresskit/rule-matcher's `canonicalPath` fits as it is. */
export type CanonicalPath = (
  rawPath: string,
) =>
  | { readonly kind: 'canonical'; readonly path: string; readonly matchPath: string }
  | { readonly kind: 'rejected'; readonly reason: string }
