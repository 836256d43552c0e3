import type { EndpointSet, EndpointSets } from '@ingresskit/endpoint-watcher'
import type { RouteTarget } from '@ingresskit/ingress-translator'
import type { InFlight } from '@ingresskit/load-balancing'
import type { BalancedEndpoints } from './balanced-endpoints.ts'
import { type BalancingEnvironment, composeBalancer, composedOver } from './compose-balancer.ts'
import { type CountPurpose, limitedKeys, limitsName } from './limit-counts.ts'
import { type BalancedBackend, backendsOf, type ServiceUpstream, upstreamKey } from './service-upstream.ts'
import { sessionSigner } from './session-signer.ts'
import { sessionTag } from './session-tag.ts'

/** The upstreams of one snapshot, and the counts they share. */
export interface Upstreams {
  /** By `ServiceUpstream.key`. */
  readonly byKey: ReadonlyMap<string, ServiceUpstream>
  /**
   * Counts by what is counted: requests in flight by Service port, which every policy over the same endpoints sees, and what the
   * limits of single upstreams need.
   */
  readonly counts: ReadonlyMap<string, Counted>
  /** What their session tokens are signed with. */
  readonly sessionKey: Uint8Array
}

/** Counts, and the keys that are counted there; the same list while they are the same. */
export interface Counted {
  readonly inFlight: InFlight
  readonly keys: readonly { readonly key: string }[]
}

/** The counts of something that none are kept for yet; of about so many keys. */
export type CountsOf = (name: string, expectedKeys: number) => InFlight

/** What upstreams are built with. */
export interface BuildUpstreamsOptions {
  readonly previous: Upstreams
  readonly countsOf: CountsOf
  readonly endpointsOf: BalancedEndpoints
  readonly environment: BalancingEnvironment
  readonly sessionKey: Uint8Array
}

export const noUpstreams: Upstreams = { byKey: new Map(), counts: new Map(), sessionKey: new Uint8Array() }

/**
 * The upstreams that the targets need, over the usable endpoints of their Service ports.
 *
 * One whose endpoints did not change is kept as it is; one whose endpoints changed hands on what it learned.
 * What no target needs any more is dropped. Sessions end when their key changes.
 */
export function buildUpstreams(
  targets: Iterable<RouteTarget>,
  endpoints: EndpointSets,
  options: BuildUpstreamsOptions,
): Upstreams {
  const builder = new UpstreamsBuilder(endpoints, options)
  for (const target of targets) for (const backend of backendsOf(target)) builder.add(backend)
  // Plain data: the builder itself would keep every generation before this one alive.
  return { byKey: builder.byKey, counts: builder.counts, sessionKey: options.sessionKey }
}

class UpstreamsBuilder {
  readonly byKey = new Map<string, ServiceUpstream>()
  readonly counts = new Map<string, Counted>()
  readonly #endpoints: EndpointSets
  readonly #options: BuildUpstreamsOptions

  constructor(endpoints: EndpointSets, options: BuildUpstreamsOptions) {
    this.#endpoints = endpoints
    this.#options = options
  }

  add({ backend, balancing }: BalancedBackend): void {
    const key = upstreamKey({ backend, balancing })
    if (key === undefined || backend.kind !== 'service' || this.byKey.has(key)) return
    const { service, port, key: servicePort } = backend
    const set = this.#endpoints.forPort(service.namespace, service.name, port)
    this.byKey.set(key, this.#upstream({ key, servicePort, service, port, policy: balancing }, set))
  }

  #upstream(
    identity: Pick<ServiceUpstream, 'key' | 'servicePort' | 'service' | 'port' | 'policy'>,
    set?: EndpointSet,
  ): ServiceUpstream {
    const { previous, endpointsOf, environment, sessionKey } = this.#options
    const { key, servicePort, policy } = identity
    const endpoints = endpointsOf.of(set, policy.affinity === undefined ? 'none' : 'kept')
    const inFlight = this.#count(servicePort, set?.all ?? endpoints)
    const countsOf = (purpose: CountPurpose): InFlight =>
      this.#count(limitsName(servicePort, purpose, policy), limitedKeys[purpose])
    if (policy.circuitBreaker !== undefined) countsOf('breaker')
    if (policy.retry !== undefined) countsOf('retries')
    const before = previous.byKey.get(key)
    if (before !== undefined && (policy.affinity === undefined || previous.sessionKey === sessionKey)) {
      return before.balancer.endpoints === endpoints ? before : { ...composedOver(before, endpoints), ...identity }
    }
    const sign = sessionSigner(sessionKey, servicePort)
    const composed = composeBalancer(endpoints, policy, {
      // Balancers begin at different endpoints, so that many new routes do not all send their first request to the same pod.
      start: this.byKey.size,
      inFlight,
      countsOf,
      sign,
      environment,
    })
    return {
      ...composed,
      ...identity,
      ...(policy.healthCheck === undefined
        ? {}
        : { healthKey: `${servicePort}|${JSON.stringify(policy.healthCheck)}` }),
      ...(policy.affinity === undefined ? {} : { sessionTag: sessionTag(sign) }),
    }
  }

  #count(name: string, keys: Counted['keys']): InFlight {
    const known = this.counts.get(name) ?? this.#options.previous.counts.get(name)
    const inFlight = known?.inFlight ?? this.#options.countsOf(name, keys.length)
    this.counts.set(name, { inFlight, keys })
    return inFlight
  }
}
