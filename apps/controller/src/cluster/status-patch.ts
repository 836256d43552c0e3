// Writes the load balancer addresses of one Ingress.
import type { ApiAnswer, ClusterApi, KubernetesObject, Schedule } from '@ingresskit/kubernetes-watch'
import { callInTime } from './call-in-time.ts'
import type { LoadBalancerIngress } from './status-address.ts'

/** What requests are made with. */
export interface StatusRequests {
  readonly api: ClusterApi
  readonly schedule: Schedule
  readonly signal: AbortSignal
}

const timeoutMs = 10_000

/**
 * A merge patch of the status subresource (RFC 7396): the list is replaced whole, and nothing else is touched. With
 * `onlyVersion` it's a conflict (409) when the Ingress has another resourceVersion. Never rejects.
 */
export function patchStatus(
  requests: StatusRequests,
  ingress: KubernetesObject,
  wanted: { readonly addresses: readonly LoadBalancerIngress[]; readonly onlyVersion?: string | undefined },
): Promise<ApiAnswer> {
  const { api, schedule, signal } = requests
  const { addresses, onlyVersion } = wanted
  const body = {
    ...(onlyVersion === undefined ? {} : { metadata: { resourceVersion: onlyVersion } }),
    status: { loadBalancer: { ingress: addresses.length === 0 ? null : addresses } },
  }
  const path = `${ingressPath(ingress)}/status`
  const contentType = 'application/merge-patch+json'
  return callInTime(api, { method: 'PATCH', path, body, contentType, signal }, { schedule, timeoutMs })
}

/** The Ingress as it is now. Never rejects. */
export function readIngress(requests: StatusRequests, ingress: KubernetesObject): Promise<ApiAnswer> {
  const { api, schedule, signal } = requests
  return callInTime(api, { method: 'GET', path: ingressPath(ingress), signal }, { schedule, timeoutMs })
}

function ingressPath({ metadata: { namespace = 'default', name } }: KubernetesObject): string {
  return `/apis/networking.k8s.io/v1/namespaces/${encodeURIComponent(namespace)}/ingresses/${encodeURIComponent(name)}`
}
