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
  readonly status: number
  readonly reason: string
  readonly headers?: readonly (readonly [name: string, value: string])[]
  readonly body?: { readonly contentType: string; readonly text: string }
  readonly labels?: RouteLabels
}

/** Sent to an endpoint of `upstream`. */
export interface ForwardDecision {
  readonly kind: 'forward'
  readonly upstream: Upstream
  readonly timeouts: UpstreamTimeouts
  /** Endpoints tried at most, the first included. */
  readonly maxAttempts: number
  /** Text for hash strategies. */
  readonly hashKey?: string
  readonly labels?: RouteLabels
}

export interface UpstreamTimeouts {
  readonly connectMs: number
  /** Longest silence between two reads from the upstream, before the head and within the body. */
  readonly readMs: number
}

/** Which rule decided: bounded values from the configuration, never from the request; for metrics and logs. */
export interface RouteLabels {
  readonly namespace: string
  readonly ingress: string
  readonly service: string
  readonly host: string
  readonly path: string
}

/** Something that picks endpoints; a `Balancer` of @ingresskit/load-balancing fits as it is. */
export interface Upstream {
  pick(input: {
    readonly hashKey?: string
    readonly excluded?: ReadonlySet<string>
  }):
    | { readonly kind: 'picked'; readonly endpoint: UpstreamEndpoint }
    | { readonly kind: 'none'; readonly reason: string }
  started(endpoint: UpstreamEndpoint): void
  finished(
    endpoint: UpstreamEndpoint,
    completion: { readonly outcome: 'success' | 'failure' | 'aborted'; readonly latencyMs?: number },
  ): void
}

export interface UpstreamEndpoint {
  readonly key: string
  /** IPv4 or IPv6 literal, or a DNS name (whose loopback and link-local results are refused). */
  readonly address: string
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
