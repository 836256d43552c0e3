import type { EndpointSets, ServiceEndpoint } from '@ingresskit/endpoint-watcher'
import type { RouteTarget, Translation } from '@ingresskit/ingress-translator'
import type { Balancer } from '@ingresskit/load-balancing'
import type { CertificateFacts } from '@ingresskit/tls-store'
import type { Problem } from '../problem.ts'

/**
 * Everything a request is decided by, as one immutable value: replaced whole, read once per request.
 *
 * Balancers hold learned state (rotation, requests in flight); the next snapshot's balancers took it over.
 */
export interface Snapshot {
  /** Counts up by one with each publish. */
  readonly version: number
  /** Milliseconds since the epoch. */
  readonly publishedAtMs: number
  readonly translation: Translation
  readonly endpoints: EndpointSets
  /** By `upstreamKey`. */
  readonly upstreams: ReadonlyMap<string, Balancer<ServiceEndpoint>>
  /** What serves requests that no rule matches; `undefined` = the built-in page. */
  readonly defaultTarget: RouteTarget | undefined
  readonly certificates: readonly CertificateFacts[]
  readonly problems: readonly Problem[]
}

/**
 * Which balancer a target uses. Paths that mean the same Service port and the same strategy share one, so that their
 * requests are spread together; another strategy on the same Service is a balancer of its own.
 */
export function upstreamKey(target: RouteTarget): string | undefined {
  return target.backend.kind === 'service' ? `${target.backend.key}|${target.balancing.strategy}` : undefined
}
