import type { EndpointSet } from '@ingresskit/endpoint-watcher'
import type { Snapshot } from '../snapshot/snapshot.ts'
import type { labelsOfEndpoint } from './endpoint-tallies.ts'

const keysOfSets = new WeakMap<EndpointSet, ReadonlySet<string>>()

/** Whether the Service has such an endpoint on any of its ports; always so before the first snapshot. O(ports). */
export function isEndpointLive(
  snapshot: Snapshot | undefined,
  { namespace, service, endpoint }: ReturnType<typeof labelsOfEndpoint>,
): boolean {
  if (snapshot === undefined) return true
  const sets = snapshot.endpoints.forService(namespace, service) ?? []
  return sets.some(set => keysOf(set).has(endpoint))
}

function keysOf(set: EndpointSet): ReadonlySet<string> {
  let keys = keysOfSets.get(set)
  if (keys === undefined) keysOfSets.set(set, (keys = new Set(set.all.map(({ key }) => key))))
  return keys
}
