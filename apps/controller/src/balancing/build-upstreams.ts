import type { EndpointSets, ServiceEndpoint } from '@ingresskit/endpoint-watcher'
import type { RouteTarget } from '@ingresskit/ingress-translator'
import { type Balancer, createBalancer, type InFlight } from '@ingresskit/load-balancing'
import { upstreamKey } from './snapshot.ts'

/** The balancers of one snapshot, and the counts they share. */
export interface Upstreams {
  /** By `upstreamKey`. */
  readonly balancers: ReadonlyMap<string, Balancer<ServiceEndpoint>>
  /** Requests in flight by Service port: every strategy over the same endpoints sees all of them. */
  readonly inFlight: ReadonlyMap<string, InFlight>
}

/** The counts of a Service port that none are kept for yet; it has so many usable endpoints. */
export type CountsOf = (servicePort: string, endpoints: number) => InFlight

export interface BuildUpstreamsOptions {
  readonly previous: Upstreams
  readonly countsOf: CountsOf
}

export const noUpstreams: Upstreams = { balancers: new Map(), inFlight: new Map() }

/**
 * The balancers that the targets need, over the usable endpoints of their Service ports.
 *
 * A balancer whose endpoints did not change is kept as it is; one whose endpoints changed hands on what it learned.
 * What no target needs any more is dropped.
 */
export function buildUpstreams(
  targets: Iterable<RouteTarget>,
  endpoints: EndpointSets,
  { previous, countsOf }: BuildUpstreamsOptions,
): Upstreams {
  const balancers = new Map<string, Balancer<ServiceEndpoint>>()
  const inFlight = new Map<string, InFlight>()
  for (const target of targets) {
    const key = upstreamKey(target)
    if (key === undefined || target.backend.kind !== 'service' || balancers.has(key)) continue
    const { service, port, key: servicePort } = target.backend
    const usable = endpoints.forPort(service.namespace, service.name, port)?.usable ?? []
    const counts =
      inFlight.get(servicePort) ?? previous.inFlight.get(servicePort) ?? countsOf(servicePort, usable.length)
    inFlight.set(servicePort, counts)
    const before = previous.balancers.get(key)
    // Balancers begin at different endpoints, so that many new routes do not all send their first request to the same pod.
    const next =
      before ?? createBalancer(target.balancing.strategy, usable, { start: balancers.size, inFlight: counts })
    balancers.set(key, next.endpoints === usable ? next : next.withEndpoints(usable))
  }
  return { balancers, inFlight }
}
