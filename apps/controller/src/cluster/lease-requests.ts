// The requests of leader election: read, create and update one Lease.
import type { ClusterApi, Schedule } from '@ingresskit/kubernetes-watch'
import { callInTime } from './call-in-time.ts'
import { leaseRecord, type LeaseRecord } from './lease-record.ts'

/** Where the Lease is. */
export interface LeaseName {
  readonly namespace: string
  readonly name: string
}

/** What became of a request. */
export type LeaseAnswer =
  /** As it is now. */
  | { readonly kind: 'lease'; readonly lease: LeaseRecord }
  /** There is none. */
  | { readonly kind: 'absent' }
  /** Somebody else wrote or deleted it in between. */
  | { readonly kind: 'conflict' }
  /** `message` names the Lease and the remedy. */
  | { readonly kind: 'failed'; readonly message: string; readonly retryAfterMs: number | undefined }

/** Requests for one Lease; none of them rejects. */
export interface LeaseRequests {
  read(signal: AbortSignal): Promise<LeaseAnswer>
  create(body: unknown, signal: AbortSignal): Promise<LeaseAnswer>
  update(body: unknown, signal: AbortSignal): Promise<LeaseAnswer>
}

/** Requests over the given client, each of which fails when it has no answer after `timeoutMs`. */
export function leaseRequests(
  api: ClusterApi,
  at: LeaseName,
  time: { readonly schedule: Schedule; readonly timeoutMs: number },
): LeaseRequests {
  const collection = `/apis/coordination.k8s.io/v1/namespaces/${encodeURIComponent(at.namespace)}/leases`
  const path = `${collection}/${encodeURIComponent(at.name)}`
  const ask = async (
    call: { readonly method: 'GET' | 'POST' | 'PUT'; readonly path: string; readonly body?: unknown },
    signal: AbortSignal,
  ): Promise<LeaseAnswer> => {
    const answer = await callInTime(api, { ...call, signal }, time)
    if (answer.kind === 'ok') return { kind: 'lease', lease: leaseRecord(answer.object) }
    const { status, message, retryAfterMs } = answer.failure
    if (status === 404 && call.method === 'GET') return { kind: 'absent' }
    if (status === 409 || (status === 404 && call.method === 'PUT')) return { kind: 'conflict' }
    return { kind: 'failed', message: failureMessage(at, call.method, { status, message }), retryAfterMs }
  }
  return {
    read: signal => ask({ method: 'GET', path }, signal),
    create: (body, signal) => ask({ method: 'POST', path: collection, body }, signal),
    update: (body, signal) => ask({ method: 'PUT', path, body }, signal),
  }
}

const verbs = { GET: 'get', POST: 'create', PUT: 'update' } as const

function failureMessage(
  { namespace, name }: LeaseName,
  method: keyof typeof verbs,
  { status, message }: { readonly status: number; readonly message: string },
): string {
  const verb = verbs[method]
  const what = `cannot ${verb} Lease "${namespace}/${name}": ${status === 0 ? '' : `${status} `}${message}`
  switch (status) {
    case 401:
      return `${what}; check the token or certificate of the kubeconfig user or service account`
    case 403:
      return `${what}; grant the RBAC verb "${verb}" on "leases" in API group "coordination.k8s.io" with a Role in namespace "${namespace}"`
    case 404:
      return `${what}; create the namespace or name another one with --election-namespace`
    default:
      return `${what}; it is tried again, and nothing is written to the cluster until this replica leads`
  }
}
