/**
 * A Kubernetes object as it arrives: only the metadata has been looked at, the rest is `unknown` until it is parsed here.
 *
 * An object that did not change is expected to be the same JavaScript object from one translation to the next;
 * compiled results are kept by that identity, which stands for uid and resourceVersion.
 */
export interface KubernetesObject {
  /** E.g. `networking.k8s.io/v1`. */
  readonly apiVersion: string
  /** E.g. `Ingress`. */
  readonly kind: string
  /** Name, namespace and annotations. */
  readonly metadata: {
    /** `metadata.name`. */
    readonly name: string
    /** Absent for cluster-scoped kinds. */
    readonly namespace?: string
    /** RFC 3339 text, as the API server writes it; absent in most manifests. */
    readonly creationTimestamp?: string
    /** Free-form settings; only the keys this package knows are read. */
    readonly annotations?: Readonly<Record<string, string>>
  }
  /** `spec`, `data` and whatever else the object has. */
  readonly [field: string]: unknown
}
