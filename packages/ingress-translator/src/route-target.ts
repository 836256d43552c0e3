/** What a request that meets a rule is given: where it came from, where it goes and how it is spread. */

import type { CanaryRule, ContentMatch } from '@ingresskit/traffic-policies'
import type { Balancing } from './balancing.ts'

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
  /** How requests are spread over the endpoints of that Service. */
  readonly balancing: Balancing
  /**
   * `ingresskit.dev/service-weights`: requests go to these Services in proportion to the weights, which add up to more than
   * 0, and `backend` is not used. Absent: all go to `backend`.
   */
  readonly split?: readonly SplitBranch[]
  /** What a request must be to be served here, beside host and path (`ingresskit.dev/match-*`); absent: nothing more. */
  readonly content?: ContentMatch
  /** Which share of the requests that meet `content` is served here (`nginx.ingress.kubernetes.io/canary`); absent: all. */
  readonly canary?: CanaryRule
}

/** One of the Services between which a path's requests are split. */
export interface SplitBranch {
  /** Share relative to the other branches; an integer from 0 to 1,000,000. */
  readonly weight: number
  /** The Service port; unavailable when a limit of the Service cannot be read: then its share of requests is answered 503. */
  readonly backend: Backend
  /** How requests are spread over the endpoints of this Service. */
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
  | 'limit-invalid'
  | 'resource-backend'
  | 'service-not-found'
  | 'service-port-not-found'
