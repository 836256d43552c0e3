/** What every Kubernetes object has; the rest of it is unvalidated until a consumer parses it. */
export interface KubernetesObject {
  /** E.g. `networking.k8s.io/v1`. */
  readonly apiVersion: string
  readonly kind: string
  /** Checked: it has a name, and texts where the API has texts. */
  readonly metadata: ObjectMeta
  readonly [field: string]: unknown
}

/** The parts of `metadata` that this project reads (Kubernetes API, meta/v1 ObjectMeta). */
export interface ObjectMeta {
  /** Unique within kind and namespace. */
  readonly name: string
  /** Absent for cluster-scoped kinds; `default` where a manifest leaves it out. */
  readonly namespace?: string
  /** New for an object that was deleted and made again. Absent in manifests. */
  readonly uid?: string
  /** Opaque; compared for equality only. Absent in manifests. */
  readonly resourceVersion?: string
  /**
   * Grows with each change of what is wanted, for Ingresses `spec`; a change of status or of annotations leaves it as it is.
   * Absent in manifests, and in kinds where the API server keeps none.
   */
  readonly generation?: number
  /** RFC 3339 text, as the API sends it. */
  readonly creationTimestamp?: string
  /** What selectors look at. From a cluster: of Services, and of EndpointSlices the one that names the Service. */
  readonly labels?: Readonly<Record<string, string>>
  /** Free-form settings. From a cluster: of Ingresses, IngressClasses and Services, without the one of `kubectl apply`. */
  readonly annotations?: Readonly<Record<string, string>>
}

/** The kinds a source keeps. Other kinds in manifests are passed over. */
export type WatchedKind = 'Ingress' | 'IngressClass' | 'Service' | 'EndpointSlice' | 'Secret' | 'ConfigMap'

/** `namespace/name`, or just `name` for cluster-scoped kinds. */
export type ObjectKey = string
