import type { EndpointSet, ServiceEndpoint } from '@ingresskit/endpoint-watcher'
import { preferZone } from '@ingresskit/load-balancing'

/** An endpoint as balancers see it. Weight 0: it ends, keeps its sessions and gets no new ones. */
export type BalancedEndpoint = ServiceEndpoint & { readonly weight?: number }

/**
 * Which endpoints of a set are balanced over, as the same array while the set is the same.
 *
 * Topology hints of EndpointSlices are honoured for the zone; with `keepsSessions`, endpoints that end while they still serve stay.
 */
export class BalancedEndpoints {
  readonly #zone: string | undefined
  readonly #plain = new WeakMap<EndpointSet, readonly BalancedEndpoint[]>()
  readonly #withEnding = new WeakMap<EndpointSet, readonly BalancedEndpoint[]>()

  constructor(zone: string | undefined) {
    this.#zone = zone
  }

  of(set: EndpointSet | undefined, sessions: 'kept' | 'none'): readonly BalancedEndpoint[] {
    if (set === undefined) return nothing
    const known = sessions === 'kept' ? this.#withEnding : this.#plain
    let endpoints = known.get(set)
    if (endpoints === undefined) {
      endpoints = this.#choose(set, sessions)
      known.set(set, endpoints)
    }
    return endpoints
  }

  #choose(set: EndpointSet, sessions: 'kept' | 'none'): readonly BalancedEndpoint[] {
    const near = preferZone(set.usable, this.#zone)
    if (sessions === 'none' || set.usable.length === 0) return near
    const chosen = new Set(near)
    const usable = new Set(set.usable)
    // Of other zones, too: a session that was begun there is not cut off because a hint changed.
    const others = set.all.filter(
      endpoint =>
        !chosen.has(endpoint) &&
        (usable.has(endpoint) || (endpoint.conditions.serving && endpoint.conditions.terminating)),
    )
    return others.length === 0 ? near : [...near, ...others.map(endpoint => ({ ...endpoint, weight: 0 }))]
  }
}

const nothing: readonly BalancedEndpoint[] = []
