import type { RequestHead } from './request-head.ts'

/** What is to happen to a request. `reason` is a stable kebab-case word for logs and metrics; it is never sent to clients. */
export type RouteDecision =
  | RespondDecision
  | {
      readonly kind: 'redirect'
      readonly status: 301 | 302 | 303 | 307 | 308
      readonly location: string
      readonly reason: string
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
  /** Endpoints tried at most, the first included. */
  readonly maxAttempts: number
  /** Text for hash strategies. */
  readonly hashKey?: string
  /** For the record of the request. */
  readonly labels?: RouteLabels
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
  pick(input: {
    readonly hashKey?: string
    readonly excluded?: ReadonlySet<string>
  }):
    | { readonly kind: 'picked'; readonly endpoint: UpstreamEndpoint }
    | { readonly kind: 'none'; readonly reason: string }
  /** An attempt on the endpoint begins. */
  started(endpoint: UpstreamEndpoint): void
  /** The attempt is over; called exactly once for each `started`. */
  finished(
    endpoint: UpstreamEndpoint,
    completion: { readonly outcome: 'success' | 'failure' | 'aborted'; readonly latencyMs?: number },
  ): void
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
