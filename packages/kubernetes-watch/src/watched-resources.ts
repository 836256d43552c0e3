// The six kinds a source keeps, and where the Kubernetes API has them.
import type { WatchedKind } from './kubernetes-object.ts'

/** One watched kind in the Kubernetes API. */
export interface WatchedResource {
  readonly kind: WatchedKind
  /** The one version that is read. */
  readonly apiVersion: string
  /** API group; empty for the core group. */
  readonly group: string
  /** Name in URLs and RBAC rules, e.g. `ingresses`. */
  readonly plural: string
  readonly scope: 'namespaced' | 'cluster'
  /** `referenced` kinds are only ever read by name. */
  readonly read: 'all' | 'referenced'
}

const networking = { apiVersion: 'networking.k8s.io/v1', group: 'networking.k8s.io', read: 'all' } as const
const core = { apiVersion: 'v1', group: '', scope: 'namespaced' } as const

/** By kind. */
export const watchedResources: Readonly<Record<WatchedKind, WatchedResource>> = {
  Ingress: { ...networking, kind: 'Ingress', plural: 'ingresses', scope: 'namespaced' },
  IngressClass: { ...networking, kind: 'IngressClass', plural: 'ingressclasses', scope: 'cluster' },
  Service: { ...core, kind: 'Service', plural: 'services', read: 'all' },
  EndpointSlice: {
    kind: 'EndpointSlice',
    apiVersion: 'discovery.k8s.io/v1',
    group: 'discovery.k8s.io',
    plural: 'endpointslices',
    scope: 'namespaced',
    read: 'all',
  },
  Secret: { ...core, kind: 'Secret', plural: 'secrets', read: 'referenced' },
  ConfigMap: { ...core, kind: 'ConfigMap', plural: 'configmaps', read: 'referenced' },
}

/** All six, in the order in which snapshots are described. */
export const watchedKinds: readonly WatchedKind[] = [
  'Ingress',
  'IngressClass',
  'Service',
  'EndpointSlice',
  'Secret',
  'ConfigMap',
]

/** Whether a `kind` read from somewhere is one of the six. */
export function isWatchedKind(kind: string): kind is WatchedKind {
  return (watchedKinds as readonly string[]).includes(kind)
}
