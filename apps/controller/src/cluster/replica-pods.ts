// The pods of this controller: those in the own namespace with the labels of the own pod.
import { callApi, type ClusterApi } from '@ingresskit/kubernetes-watch'
import { fieldsOf } from './fields-of.ts'
import type { Replica } from './replica.ts'

/** One pod, as far as it matters here. */
export interface ReplicaPod {
  readonly name: string
  /** `undefined` while it isn't scheduled. */
  readonly nodeName: string | undefined
  /** E.g. `Running`. */
  readonly phase: string
  /** Whether it was told to end. */
  readonly state: 'staying' | 'terminating'
}

/** What the API server says about them. */
export type ReplicaPods =
  /** The own one included; by name. */
  | { readonly kind: 'pods'; readonly pods: readonly ReplicaPod[] }
  /** They can't be read; `message` names the remedy. */
  | { readonly kind: 'unknown'; readonly message: string }

/** Where to ask. */
export interface ReplicaPodsOptions {
  readonly api: ClusterApi
  readonly replica: Replica
  readonly signal: AbortSignal
}

/**
 * Labels in which pods of the same controller differ, also while it's being rolled: those that Deployment, DaemonSet and
 * StatefulSet controllers set (Kubernetes "Well-Known Labels"), and those by which charts tell the version.
 */
const revisionLabels: ReadonlySet<string> = new Set([
  'pod-template-hash',
  'controller-revision-hash',
  'pod-template-generation',
  'statefulset.kubernetes.io/pod-name',
  'apps.kubernetes.io/pod-index',
  'app.kubernetes.io/version',
  'helm.sh/chart',
])

/** A controller has a few pods; a list that is longer than this is cut by the API server. */
const maxPods = 1_000

/** Two requests: the own pod, and the list. Never rejects. */
export async function readReplicaPods({ api, replica, signal }: ReplicaPodsOptions): Promise<ReplicaPods> {
  const { namespace, podName } = replica
  if (namespace === undefined || podName === undefined) {
    return unknownPods(
      'the name and namespace of the own pod are not known',
      'set POD_NAME and POD_NAMESPACE in the pod',
    )
  }
  const collection = `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods`
  const own = await callApi(api, { method: 'GET', path: `${collection}/${encodeURIComponent(podName)}`, signal })
  if (own.kind === 'failed') return failed('get', `Pod "${namespace}/${podName}"`, { namespace, ...own.failure })
  const labels = Object.entries(labelsOf(own.object)).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string' && !revisionLabels.has(entry[0]),
  )
  if (labels.length === 0) {
    return unknownPods(`Pod "${namespace}/${podName}" has no labels of its own`, 'give the controller’s pods labels')
  }
  const selector = labels.map(([name, value]) => `${name}=${value}`).join(',')
  const query = `labelSelector=${encodeURIComponent(selector)}&limit=${maxPods}`
  const list = await callApi(api, { method: 'GET', path: `${collection}?${query}`, signal })
  if (list.kind === 'failed') return failed('list', `pods in namespace "${namespace}"`, { namespace, ...list.failure })
  const items: readonly unknown[] = Array.isArray(list.object['items']) ? list.object['items'] : []
  // A second look at the labels costs nothing, and a proxy that drops the query must not make every pod one of ours.
  const pods = items.filter(item => hasLabels(item, labels)).flatMap(item => podOf(item) ?? [])
  return { kind: 'pods', pods: pods.sort((a, b) => (a.name < b.name ? -1 : 1)) }
}

function hasLabels(item: unknown, labels: readonly (readonly [string, string])[]): boolean {
  const own = new Map(Object.entries(labelsOf(item)))
  return labels.every(([name, value]) => own.get(name) === value)
}

function labelsOf(object: unknown): Readonly<Record<string, unknown>> {
  return fieldsOf(fieldsOf(fieldsOf(object)['metadata'])['labels'])
}

function podOf(item: unknown): ReplicaPod | undefined {
  const { name, deletionTimestamp } = fieldsOf(fieldsOf(item)['metadata'])
  const { nodeName } = fieldsOf(fieldsOf(item)['spec'])
  const { phase } = fieldsOf(fieldsOf(item)['status'])
  if (typeof name !== 'string') return undefined
  return {
    name,
    nodeName: typeof nodeName === 'string' && nodeName !== '' ? nodeName : undefined,
    phase: typeof phase === 'string' ? phase : '',
    state: deletionTimestamp === undefined ? 'staying' : 'terminating',
  }
}

function failed(
  verb: 'get' | 'list',
  what: string,
  failure: { readonly namespace: string; readonly status: number; readonly message: string },
): ReplicaPods {
  const { namespace, status, message } = failure
  const remedy =
    status === 403
      ? `grant the RBAC verb "${verb}" on "pods" in API group "" with a Role in namespace "${namespace}"`
      : 'it is tried again'
  return unknownPods(`cannot ${verb} ${what}: ${status === 0 ? '' : `${status} `}${message}`, remedy)
}

function unknownPods(what: string, remedy: string): ReplicaPods {
  return { kind: 'unknown', message: `${what}; ${remedy}` }
}
