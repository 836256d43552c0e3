/** What every Kubernetes object has; the rest of it is unvalidated until a consumer parses it. */
export interface KubernetesObject {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: ObjectMeta
  readonly [field: string]: unknown
}

/** The parts of `metadata` that this project reads (Kubernetes API, meta/v1 ObjectMeta). */
export interface ObjectMeta {
  readonly name: string
  readonly namespace?: string
  readonly uid?: string
  readonly resourceVersion?: string
  /** RFC 3339 text, as the API sends it. */
  readonly creationTimestamp?: string
  readonly labels?: Readonly<Record<string, string>>
  readonly annotations?: Readonly<Record<string, string>>
}

/** The kinds a source keeps. Other kinds in manifests are passed over. */
export type WatchedKind = 'Ingress' | 'IngressClass' | 'Service' | 'EndpointSlice' | 'Secret' | 'ConfigMap'

/** `namespace/name`, or just `name` for cluster-scoped kinds. */
export type ObjectKey = string
