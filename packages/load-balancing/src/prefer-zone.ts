/** Keeps requests in the zone of the proxy, where the cluster says so. */

import type { Endpoint } from './balancer.ts'

/** An endpoint with the zones that should use it. */
export interface ZonedEndpoint extends Endpoint {
  /** Names of zones, from `hints.forZones` of an EndpointSlice; absent or empty: no hint. */
  readonly hintZones?: readonly string[]
}

/**
 * The endpoints that are meant for a zone, in the order given.
 *
 * Hints count only when every endpoint has some and at least one names the zone, as in kube-proxy; otherwise, and without a
 * zone, the answer is all endpoints. Endpoints of weight 0 (which Kubernetes gives no hints) have no say and are kept, for the
 * sessions that they hold. The very array given when nothing is left out; O(n), so keep the answer while neither argument changes.
 *
 * @see Kubernetes, "Topology Aware Routing", safeguards of kube-proxy; kubernetes/kubernetes pkg/proxy/topology.go `topologyModeFromHints`
 */
export const preferZone = <E extends ZonedEndpoint>(
  endpoints: readonly E[],
  zone: string | undefined,
): readonly E[] => {
  if (zone === undefined || zone === '') return endpoints
  const isDraining = (endpoint: E): boolean => endpoint.weight === 0
  const isMeant = (endpoint: E): boolean => endpoint.hintZones?.includes(zone) === true
  const isHinted = (endpoint: E): boolean => (endpoint.hintZones?.length ?? 0) > 0

  const pickable = endpoints.filter(endpoint => !isDraining(endpoint))
  if (!pickable.every(isHinted) || !pickable.some(isMeant) || pickable.every(isMeant)) return endpoints
  return endpoints.filter(endpoint => isDraining(endpoint) || isMeant(endpoint))
}
