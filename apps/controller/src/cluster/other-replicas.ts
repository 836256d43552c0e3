// Whether this is the last replica: only that one takes its addresses off the Ingresses when it ends.
import { readReplicaPods, type ReplicaPodsOptions } from './replica-pods.ts'

/** Who else runs. */
export type OtherReplicas =
  /** Nobody: the addresses lead nowhere once this replica ends. */
  | { readonly kind: 'none' }
  /** These pods run or are about to; they go on serving behind the addresses. */
  | { readonly kind: 'some'; readonly pods: readonly string[] }
  /** The status has to be kept, for addresses that are missing do more harm than old ones; `message` says so with the remedy. */
  | { readonly kind: 'unknown'; readonly message: string }

/** What the answer depends on. */
export interface OtherReplicasOptions extends ReplicaPodsOptions {
  /** From `placeOf`. */
  readonly place: 'cluster' | 'outside'
}

/** Whether the process runs in a pod: the kubelet sets KUBERNETES_SERVICE_HOST in each of them. */
export function placeOf(environment: Readonly<Record<string, string | undefined>>): 'cluster' | 'outside' {
  return environment['KUBERNETES_SERVICE_HOST'] === undefined ? 'outside' : 'cluster'
}

/** Asks for the pods of this controller; outside a cluster, where it is no pod, it's the only one. Never rejects. */
export async function otherReplicas(options: OtherReplicasOptions): Promise<OtherReplicas> {
  const { replica, place } = options
  if (place === 'outside' && replica.podName === undefined) return { kind: 'none' }
  const answer = await readReplicaPods(options)
  if (answer.kind === 'unknown') {
    const message = `the addresses stay in the status of the Ingresses, for whether other replicas run is not known: ${answer.message}`
    return { kind: 'unknown', message }
  }
  const pods = answer.pods
    .filter(({ name, phase, state }) => name !== replica.podName && runs.has(phase) && state === 'staying')
    .map(({ name }) => name)
  return pods.length === 0 ? { kind: 'none' } : { kind: 'some', pods }
}

/** A pod that is still pending will serve soon. */
const runs: ReadonlySet<string> = new Set(['Running', 'Pending'])
