// Many Ingresses behind an API server without a network, in simulated time: for rates, races and random faults.
import type { ApiRequest, ClusterApi, KubernetesObject } from '@ingresskit/kubernetes-watch'
import { statusKey } from '../../../src/cluster/status-address.ts'
import type { SimulatedTime } from '../../support/simulated-time.ts'

/** What becomes of a request: served after a while, perhaps refused, perhaps with its answer lost. */
export interface Fate {
  readonly delayMs: number
  readonly outcome: 'served' | 'answer-lost' | { readonly status: number }
}

/** Ingresses and who asks for them. */
export interface IngressStore {
  readonly api: ClusterApi
  /** As they are now; each version of an object stays the same object. */
  snapshot(): ReadonlyMap<string, KubernetesObject>
  set(key: string, ingress: readonly unknown[]): void
  create(key: string): void
  delete(key: string): void
  /** Of `addressesKey`. */
  status(key: string): string | undefined
  /** When each request came. */
  requestTimesMs(): readonly number[]
  /** The most requests under way at once. */
  mostAtOnce(): number
}

/** An empty one. */
export function ingressStore(time: SimulatedTime, fate: (request: ApiRequest) => Fate): IngressStore {
  const objects = new Map<string, KubernetesObject>()
  const times: number[] = []
  let version = 0
  let made = 0
  let underWay = 0
  let mostAtOnce = 0
  const put = (key: string, uid: string, ingress: unknown): KubernetesObject => {
    const [namespace = '', name = ''] = key.split('/')
    version += 1
    const metadata = { namespace, name, uid, resourceVersion: String(version) }
    const status = { loadBalancer: ingress === null ? {} : { ingress } }
    const object = { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', metadata, status }
    objects.set(key, object)
    return object
  }
  const serve = (request: ApiRequest): { readonly status: number; readonly object: unknown } => {
    const [, , , , , namespace, , name] = request.path.split('/')
    const object = objects.get(`${namespace}/${name}`)
    if (!object) return { status: 404, object: {} }
    if (request.method === 'GET') return { status: 200, object }
    const body = JSON.parse(request.body?.text ?? '{}') as {
      metadata?: { resourceVersion?: string }
      status: { loadBalancer: { ingress: unknown } }
    }
    const only = body.metadata?.resourceVersion
    if (only !== undefined && only !== object.metadata.resourceVersion) return { status: 409, object: {} }
    const uid = object.metadata.uid ?? ''
    return { status: 200, object: put(`${namespace}/${name}`, uid, body.status.loadBalancer.ingress) }
  }
  const api: ClusterApi = {
    request: request =>
      new Promise((resolve, reject) => {
        times.push(time.monotonicMs())
        underWay += 1
        mostAtOnce = Math.max(mostAtOnce, underWay)
        const end = (run: () => void): void => {
          underWay -= 1
          run()
        }
        request.signal.addEventListener('abort', () => end(() => reject(new Error('aborted'))))
        const { delayMs, outcome } = fate(request)
        time.schedule(delayMs, () => {
          const answer = typeof outcome === 'object' ? { status: outcome.status, object: {} } : serve(request)
          if (outcome === 'answer-lost' || request.signal.aborted) return
          const { status, object } = answer
          end(() => resolve({ status, retryAfterMs: undefined, body: bodyOf(object) }))
        })
      }),
    close: () => Promise.resolve(),
  }
  const create = (key: string): void => {
    made += 1
    put(key, `uid-${made}`, null)
  }
  return {
    api,
    snapshot: () => new Map(objects),
    set: (key, ingress) => void put(key, objects.get(key)?.metadata.uid ?? '', ingress),
    create,
    delete: key => void objects.delete(key),
    status: key => {
      const object = objects.get(key)
      return object && statusKey(object['status'])
    },
    requestTimesMs: () => times,
    mostAtOnce: () => mostAtOnce,
  }
}

async function* bodyOf(object: unknown): AsyncGenerator<Uint8Array> {
  yield new TextEncoder().encode(JSON.stringify(object))
}
