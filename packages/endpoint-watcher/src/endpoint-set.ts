/** One `address:port` that a Service port leads to, with the conditions of its EndpointSlice entry. */
export interface ServiceEndpoint {
  /** `address:port`, `[address]:port` for IPv6: identity across slices and changes. */
  readonly key: string
  /** IPv4 or IPv6 address; a DNS name only for Services of type ExternalName. */
  readonly address: string
  /** TCP port to connect to: the final number, named target ports resolved. */
  readonly port: number
  /** As the slice has them, defaults applied. */
  readonly conditions: EndpointConditions
  /** Topology zone the endpoint is in, when the slice says. */
  readonly zone?: string
  /** Zones for which the topology hint names this endpoint (`hints.forZones`). */
  readonly hintZones?: readonly string[]
  /** The pod behind it, when the slice says (`targetRef.name`). */
  readonly pod?: string
}

/** Conditions with the defaults of discovery.k8s.io/v1 applied. */
export interface EndpointConditions {
  /** Takes new requests. An absent condition counts as true. */
  readonly ready: boolean
  /** Answers requests, whether or not it is terminating. Absent: the same as `ready`. */
  readonly serving: boolean
  /** Was asked to end. An absent condition counts as false. */
  readonly terminating: boolean
}

/** Identity of a Service port: `namespace/name:port`, where port is the number in `spec.ports[].port`. */
export type ServicePortKey = string

/** Where requests for one Service port may go. Immutable; the same object as before when nothing about it changed. */
export interface EndpointSet {
  /** `namespace/name:port`. */
  readonly key: ServicePortKey
  /** Namespace of the Service. */
  readonly namespace: string
  /** Name of the Service. */
  readonly service: string
  /** The number in `spec.ports[].port`, not the target port. */
  readonly port: number
  /** `spec.ports[].name`; absent when the port has none. */
  readonly portName?: string
  /** `spec.ports[].appProtocol`, as the Service has it. */
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
