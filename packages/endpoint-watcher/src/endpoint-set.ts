/** One `address:port` that a Service port leads to, with the conditions of its EndpointSlice entry. */
export interface ServiceEndpoint {
  /** `address:port`, `[address]:port` for IPv6: identity across slices and changes. */
  readonly key: string
  /** IPv4 or IPv6 address; a DNS name only for Services of type ExternalName. */
  readonly address: string
  readonly port: number
  readonly conditions: EndpointConditions
  readonly zone?: string
  /** Zones for which the topology hint names this endpoint (`hints.forZones`). */
  readonly hintZones?: readonly string[]
  /** The pod behind it, when the slice says (`targetRef.name`). */
  readonly pod?: string
}

/** Conditions with the defaults of discovery.k8s.io/v1 applied. */
export interface EndpointConditions {
  readonly ready: boolean
  readonly serving: boolean
  readonly terminating: boolean
}

/** Identity of a Service port: `namespace/name:port`, where port is the number in `spec.ports[].port`. */
export type ServicePortKey = string

/** Where requests for one Service port may go. Immutable; the same object as before when nothing about it changed. */
export interface EndpointSet {
  readonly key: ServicePortKey
  readonly namespace: string
  readonly service: string
  readonly port: number
  readonly portName?: string
  readonly appProtocol?: string
  /**
   * Endpoints for new requests, ordered by key: the ready ones or, when none is ready, the ones that serve while
   * terminating (as kube-proxy does, KEP-1669).
   */
  readonly usable: readonly ServiceEndpoint[]
  /** Every endpoint, usable or not, ordered by key: for explanations, and for sessions that outlive readiness. */
  readonly all: readonly ServiceEndpoint[]
  /** Why `usable` is empty; absent otherwise. */
  readonly reason?: 'no-slices' | 'none-ready' | 'external-name-denied' | 'port-not-found'
}
