import type { EndpointSet, EndpointSets } from '@ingresskit/endpoint-watcher'
import type { InFlight } from '@ingresskit/load-balancing'
import type { BalancedEndpoints } from './balanced-endpoints.ts'
import { type BalancingEnvironment, composeBalancer, composedOver } from './compose-balancer.ts'
import { type CountPurpose, limitedKeys, limitsName } from './limit-counts.ts'
import type { Needs } from './needed-backends.ts'
import type { BalancedBackend, ServiceUpstream } from './service-upstream.ts'
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
  /** What they were built from. */
  readonly basis: UpstreamsBasis
}

/** What upstreams depend on. */
export interface UpstreamsBasis {
  /** What requests may be sent to. */
  readonly needs: Needs
  readonly endpoints: EndpointSets
  /** What session tokens are signed with. */
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
  /** Of the snapshot before; absent for the first one. */
  readonly previous: Upstreams | undefined
  readonly countsOf: CountsOf
  readonly endpointsOf: BalancedEndpoints
  readonly environment: BalancingEnvironment
}

/**
 * The upstreams that are needed, with a pause after each that had to be made, over the usable endpoints of their Service ports; those of before when nothing they depend on changed.
 *
 * One whose endpoints did not change is kept as it is; one whose endpoints changed hands on what it learned.
 * What is not needed any more is dropped. Sessions end when their key changes.
 */
export function* buildUpstreams(basis: UpstreamsBasis, options: BuildUpstreamsOptions): Generator<void, Upstreams> {
  const { previous } = options
  if (previous !== undefined && isSameBasis(previous.basis, basis)) return previous
  const builder = new UpstreamsBuilder(basis, options)
  for (const [key, backend] of basis.needs) if (builder.add(key, backend) === 'made') yield
  // Plain data: the builder itself would keep every generation before this one alive.
  return { byKey: builder.byKey, counts: builder.counts, basis }
}

function isSameBasis(a: UpstreamsBasis, b: UpstreamsBasis): boolean {
  return a.needs === b.needs && a.endpoints === b.endpoints && a.sessionKey === b.sessionKey
}

class UpstreamsBuilder {
  readonly byKey = new Map<string, ServiceUpstream>()
  readonly counts = new Map<string, Counted>()
  readonly #basis: UpstreamsBasis
  readonly #options: BuildUpstreamsOptions

  constructor(basis: UpstreamsBasis, options: BuildUpstreamsOptions) {
    this.#basis = basis
    this.#options = options
  }

  add(key: string, { backend, balancing }: BalancedBackend): 'made' | 'kept' {
    if (backend.kind !== 'service') return 'kept'
    const { service, port, key: servicePort } = backend
    const { endpoints } = this.#basis
    // ExternalName Services have ports that are not listed.
    const set = endpoints.sets.get(servicePort) ?? endpoints.forPort(service.namespace, service.name, port)
    const upstream = this.#upstream({ key, servicePort, service, port, policy: balancing }, set)
    this.byKey.set(key, upstream)
    return upstream === this.#options.previous?.byKey.get(key) ? 'kept' : 'made'
  }

  #upstream(
    identity: Pick<ServiceUpstream, 'key' | 'servicePort' | 'service' | 'port' | 'policy'>,
    set?: EndpointSet,
  ): ServiceUpstream {
    const { previous, endpointsOf, environment } = this.#options
    const { sessionKey } = this.#basis
    const { key, servicePort, policy } = identity
    const endpoints = endpointsOf.of(set, policy.affinity === undefined ? 'none' : 'kept')
    const inFlight = this.#count(servicePort, set?.all ?? endpoints)
    const countsOf = (purpose: CountPurpose): InFlight =>
      this.#count(limitsName(servicePort, purpose, policy), limitedKeys[purpose])
    if (policy.circuitBreaker !== undefined) countsOf('breaker')
    if (policy.retry !== undefined) countsOf('retries')
    const before = previous?.byKey.get(key)
    if (before !== undefined && (policy.affinity === undefined || previous?.basis.sessionKey === sessionKey)) {
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
    const known = this.counts.get(name) ?? this.#options.previous?.counts.get(name)
    const inFlight = known?.inFlight ?? this.#options.countsOf(name, keys.length)
    this.counts.set(name, { inFlight, keys })
    return inFlight
  }
}
