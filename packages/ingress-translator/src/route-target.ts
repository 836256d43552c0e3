/** What a request that meets a rule is given: where it came from, where it goes and how it is spread. */

/** Names an object of one kind. */
export interface ObjectRef {
  /** `metadata.namespace`. */
  readonly namespace: string
  /** `metadata.name`. */
  readonly name: string
}

/** The value of every rule in the `RuleTable`; the same object as before when its Ingress and Service did not change. */
export interface RouteTarget {
  /** The Ingress that asked for it. */
  readonly ingress: ObjectRef
  /** Field of that Ingress: `spec.rules[0].http.paths[1]` or `spec.defaultBackend`. */
  readonly field: string
  /** Host as the Ingress has it; empty for a rule without one. */
  readonly host: string
  /** Path as the Ingress has it; empty for a default backend. */
  readonly path: string
  /** Where requests go. */
  readonly backend: Backend
  /** How requests are spread over the endpoints of the Service. */
  readonly balancing: Balancing
}

/** A Service port, or why requests are answered 503 instead. */
export type Backend =
  | {
      readonly kind: 'service'
      /** `namespace/name:port`, the key of its endpoint set. */
      readonly key: string
      /** The Service. */
      readonly service: ObjectRef
      /** The number in `spec.ports[].port` of the Service. */
      readonly port: number
    }
  | {
      readonly kind: 'unavailable'
      /** Stable kebab-case word for logs, metrics and `explain`. */
      readonly reason: UnavailableReason
      /** The Service that was named, if one was. */
      readonly service?: ObjectRef
      /** What is missing, for `explain`. */
      readonly message: string
    }

/** Why a path has no backend. */
export type UnavailableReason =
  | 'backend-invalid'
  | 'guard-not-supported'
  | 'resource-backend'
  | 'service-not-found'
  | 'service-port-not-found'

/** Strategy of `ingresskit.dev/load-balance` and the key of `ingresskit.dev/hash-on`, with where they were set. */
export interface Balancing {
  /** Name of the strategy. Default `round-robin`. */
  readonly strategy: 'round-robin' | 'least-conn' | 'ring-hash'
  /** What a hash strategy hashes; absent for the others. Default for `ring-hash`: `ip`. */
  readonly hashOn?: HashSource
  /** `default`, or the annotation that decided. */
  readonly provenance: string
}

/** Which part of a request is hashed; a request without it is balanced round-robin. */
export type HashSource =
  | { readonly kind: 'ip' | 'uri' | 'path' | 'host' }
  | {
      readonly kind: 'header' | 'cookie' | 'query'
      /** Header names are lower-case; cookie and query names are case-sensitive. */
      readonly name: string
    }
