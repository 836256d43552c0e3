// The addresses of the nodes that run this controller.
import { callApi } from '@ingresskit/kubernetes-watch'
import { fieldsOf } from './fields-of.ts'
import { readReplicaPods, type ReplicaPodsOptions } from './replica-pods.ts'
import { canonicalAddresses, type LoadBalancerIngress, statusAddress } from './status-address.ts'

/** Which of a node's addresses: `external`, `internal`, or external where a node has one and internal where not. */
export type NodeAddressType = 'external' | 'internal' | 'any'

/** What the nodes say. */
export type NodeAddresses =
  | { readonly kind: 'addresses'; readonly addresses: readonly LoadBalancerIngress[] }
  /** They can't be read; `message` names the remedy. */
  | { readonly kind: 'unknown'; readonly message: string }

/** Each node is one request; the nodes of more pods than that are not asked for. */
const maxNodes = 100

/** The pods that run and were not told to end, then their nodes one by one: `get` on nodes suffices. Never rejects. */
export async function nodeAddresses(options: ReplicaPodsOptions, type: NodeAddressType): Promise<NodeAddresses> {
  const pods = await readReplicaPods(options)
  if (pods.kind === 'unknown') return pods
  const running = pods.pods.filter(({ phase, state }) => phase === 'Running' && state === 'staying')
  const names = [...new Set(running.flatMap(({ nodeName }) => nodeName ?? []))].sort().slice(0, maxNodes)
  const addresses: LoadBalancerIngress[] = []
  for (const name of names) {
    const { api, signal } = options
    const node = await callApi(api, { method: 'GET', path: `/api/v1/nodes/${encodeURIComponent(name)}`, signal })
    if (node.kind === 'ok') addresses.push(...addressesOf(node.object, type))
    else if (node.failure.status !== 404) return { kind: 'unknown', message: nodeFailure(name, node.failure) }
  }
  return { kind: 'addresses', addresses: canonicalAddresses(addresses) }
}

function addressesOf(node: unknown, type: NodeAddressType): readonly LoadBalancerIngress[] {
  const external = ofType(node, 'External')
  const internal = ofType(node, 'Internal')
  switch (type) {
    case 'external':
      return external
    case 'internal':
      return internal
    case 'any':
      return external.length > 0 ? external : internal
  }
}

/** IP addresses, or the DNS name where a node of that type has only that (core/v1 NodeAddress). */
function ofType(node: unknown, type: 'External' | 'Internal'): readonly LoadBalancerIngress[] {
  const given = fieldsOf(fieldsOf(node)['status'])['addresses']
  const entries = (Array.isArray(given) ? given : []).map(fieldsOf)
  const named = (kind: string): readonly LoadBalancerIngress[] =>
    entries.filter(entry => entry['type'] === kind).flatMap(entry => statusAddress(entry['address']) ?? [])
  const ips = named(`${type}IP`)
  return ips.length > 0 ? ips : named(`${type}DNS`)
}

function nodeFailure(name: string, { status, message }: { readonly status: number; readonly message: string }): string {
  const remedy =
    status === 403 ? 'grant the RBAC verb "get" on "nodes" in API group "" with a ClusterRole' : 'it is tried again'
  return `cannot get Node "${name}": ${status === 0 ? '' : `${status} `}${message}; ${remedy}`
}
