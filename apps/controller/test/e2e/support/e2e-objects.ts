/** Objects of a cluster, written and read through its API as anybody would. */

import { callApi, type ApiAnswer, type ClusterApi } from '@ingresskit/kubernetes-watch'

/** An object as JSON. */
export interface E2eObject {
  readonly kind: string
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly [field: string]: unknown }
  readonly [field: string]: unknown
}

/** The objects of one cluster. Everything rejects with the API server's words when it is refused. */
export interface E2eObjects {
  /** Creates the object, or replaces the one of that name. */
  put(object: E2eObject): Promise<void>
  /** Nothing happens when there is none. */
  remove(kind: string, name: string, namespace?: string): Promise<void>
  /** `undefined` when there is none. */
  get(kind: string, name: string, namespace?: string): Promise<E2eObject | undefined>
  /** All of a kind in a namespace. */
  list(kind: string, namespace: string): Promise<readonly E2eObject[]>
}

/** Where each kind is found. */
const prefixes: ReadonlyMap<string, string> = new Map([
  ['Namespace', '/api/v1/namespaces'],
  ['Service', '/api/v1/services'],
  ['Secret', '/api/v1/secrets'],
  ['Event', '/api/v1/events'],
  ['EndpointSlice', '/apis/discovery.k8s.io/v1/endpointslices'],
  ['Ingress', '/apis/networking.k8s.io/v1/ingresses'],
  ['IngressClass', '/apis/networking.k8s.io/v1/ingressclasses'],
  ['Lease', '/apis/coordination.k8s.io/v1/leases'],
])
const callTimeoutMs = 30_000

/** Objects over an API. */
export function e2eObjects(api: ClusterApi): E2eObjects {
  const call = (method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, body?: E2eObject): Promise<ApiAnswer> =>
    callApi(api, {
      method,
      path,
      signal: AbortSignal.timeout(callTimeoutMs),
      ...(body === undefined ? {} : { body }),
    })
  const get = async (kind: string, name: string, namespace?: string): Promise<E2eObject | undefined> =>
    unlessMissing(await call('GET', `${pathOf(kind, namespace)}/${name}`)) as E2eObject | undefined
  return {
    get,
    put: async object => {
      const { name, namespace } = object.metadata
      const path = pathOf(object.kind, namespace)
      const created = await call('POST', path, object)
      if (created.kind === 'ok') return
      if (created.failure.status !== 409) throw refusal(`POST ${path}`, created)
      const existing = await get(object.kind, name, namespace)
      const metadata = { ...object.metadata, resourceVersion: existing?.metadata['resourceVersion'] }
      const replaced = await call('PUT', `${path}/${name}`, { ...object, metadata })
      if (replaced.kind === 'failed') throw refusal(`PUT ${path}/${name}`, replaced)
    },
    remove: async (kind, name, namespace) => {
      unlessMissing(await call('DELETE', `${pathOf(kind, namespace)}/${name}`))
    },
    list: async (kind, namespace) => {
      const answer = await call('GET', pathOf(kind, namespace))
      if (answer.kind === 'failed') throw refusal(`GET ${pathOf(kind, namespace)}`, answer)
      return (answer.object['items'] ?? []) as readonly E2eObject[]
    },
  }
}

function pathOf(kind: string, namespace: string | undefined): string {
  const path = prefixes.get(kind)
  if (path === undefined) throw new Error(`the end-to-end suite knows no path for kind "${kind}"`)
  const slash = path.lastIndexOf('/')
  return namespace === undefined ? path : `${path.slice(0, slash)}/namespaces/${namespace}${path.slice(slash)}`
}

function unlessMissing(answer: ApiAnswer): Readonly<Record<string, unknown>> | undefined {
  if (answer.kind === 'ok') return answer.object
  if (answer.failure.status === 404) return undefined
  throw refusal('the request', answer)
}

function refusal(what: string, { failure }: Extract<ApiAnswer, { kind: 'failed' }>): Error {
  return new Error(`${what} was refused with ${failure.status}: ${failure.message}`)
}
