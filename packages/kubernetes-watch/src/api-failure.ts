// What goes wrong between a source and the API server, and how it is told to people.
import type { ApiResponse } from './cluster-api.ts'
import { readText } from './body-reader.ts'
import type { SourceProblem } from './object-source.ts'
import type { WatchedResource } from './watched-resources.ts'

/** One failed request or watch. */
export interface ApiFailure {
  /** HTTP status or code of a Status object; 0 when there was no answer. */
  readonly status: number
  readonly message: string
  /** How long the server asks to be left alone. */
  readonly retryAfterMs: number | undefined
}

/** What was being read: a kind, in all namespaces or one, all of it or one object. */
export interface WatchTarget {
  readonly resource: WatchedResource
  readonly namespace: string | undefined
  readonly name: string | undefined
}

/** Status objects are small; longer error pages (of proxies) are cut. */
const maxStatusBytes = 64 * 1024

/** Reads the failure out of an answer that is no success. */
export async function failureOf(response: ApiResponse): Promise<ApiFailure> {
  const text = await readText(response.body, maxStatusBytes).catch(() => '')
  const { status, retryAfterMs } = response
  try {
    return { ...failureOfStatus(JSON.parse(text)), status, retryAfterMs }
  } catch {
    return { status, message: text.slice(0, 200), retryAfterMs }
  }
}

/** Reads the failure out of a Status object (meta/v1), as in-stream ERROR events carry. */
export function failureOfStatus(status: unknown): ApiFailure {
  const fields = typeof status === 'object' && status !== null ? new Map(Object.entries(status)) : new Map()
  const code: unknown = fields.get('code')
  const message: unknown = fields.get('message')
  return {
    status: typeof code === 'number' ? code : 0,
    message: typeof message === 'string' ? message : 'no message',
    retryAfterMs: undefined,
  }
}

/** The failure of a request that had no answer. */
export function failureOfError(error: unknown): ApiFailure {
  const code = error instanceof Error && 'code' in error ? ` (${String(error.code)})` : ''
  const message = error instanceof Error ? error.message : String(error)
  return { status: 0, message: `${message}${code}`, retryAfterMs: undefined }
}

/** The problem that stands as long as the failure is not overcome. */
export function watchFailed(target: WatchTarget, verb: 'list' | 'watch', failure: ApiFailure): SourceProblem {
  const { resource, namespace, name } = target
  const status = failure.status === 0 ? '' : `${failure.status} `
  return {
    severity: 'error',
    reason: 'WatchFailed',
    kind: resource.kind,
    ...(namespace === undefined ? {} : { namespace }),
    ...(name === undefined ? {} : { name }),
    message: `cannot ${verb} ${described(target)}: ${status}${failure.message}; ${remedy(target, verb, failure)}`,
  }
}

function described({ resource, namespace, name }: WatchTarget): string {
  if (name !== undefined) return `${resource.kind} "${namespace}/${name}"`
  const where = namespace === undefined ? '' : ` in namespace "${namespace}"`
  return `${resource.plural}${where}`
}

function remedy({ resource, namespace, name }: WatchTarget, verb: string, failure: ApiFailure): string {
  switch (failure.status) {
    case 401:
      return 'check the token or certificate of the kubeconfig user or service account'
    case 403: {
      const role = namespace === undefined ? 'a ClusterRole' : `a Role in namespace "${namespace}"`
      const only = name === undefined ? '' : ` (resourceNames may be "${name}")`
      return `grant the RBAC verb "${verb}" on "${resource.plural}" in API group "${resource.group}" with ${role}${only}`
    }
    default:
      return 'what was read before is kept, and it is tried again'
  }
}
