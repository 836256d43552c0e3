import type { EndpointSets } from '@ingresskit/endpoint-watcher'
import type { RouteTarget, Translation } from '@ingresskit/ingress-translator'
import type { CertificateFacts } from '@ingresskit/tls-store'
import type { Counted } from '../balancing/build-upstreams.ts'
import type { ServiceUpstream } from '../balancing/service-upstream.ts'
import type { Problem } from '../problem.ts'

/**
 * Everything a request is decided by, as one immutable value: replaced whole, read once per request.
 *
 * Balancers hold learned state (rotation, requests in flight, averages, ejections); the next snapshot's balancers took it over.
 */
export interface Snapshot {
  /** Counts up by one with each publish. */
  readonly version: number
  /** Milliseconds since the epoch. */
  readonly publishedAtMs: number
  readonly translation: Translation
  readonly endpoints: EndpointSets
  /** By `upstreamKey`. */
  readonly upstreams: ReadonlyMap<string, ServiceUpstream>
  /** What balancers and limits count, by name: threads that share the counts need slots for these keys. */
  readonly counts: ReadonlyMap<string, Counted>
  /** What serves requests that no rule matches; `undefined` = the built-in page. */
  readonly defaultTarget: RouteTarget | undefined
  readonly certificates: readonly CertificateFacts[]
  readonly problems: readonly Problem[]
}
