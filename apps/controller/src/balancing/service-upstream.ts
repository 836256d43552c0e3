import type { Backend, Balancing, ObjectRef, RouteTarget } from '@ingresskit/ingress-translator'
import type { ComposedBalancer } from './compose-balancer.ts'

/** A Service port balanced by one policy. Paths that mean the same port, policy and owners of its limits share it, whatever Ingress they are of. */
export interface ServiceUpstream extends ComposedBalancer {
  /** As `upstreamKey` has it. */
  readonly key: string
  /** `namespace/name:port`. */
  readonly servicePort: string
  readonly service: ObjectRef
  readonly port: number
  readonly policy: Balancing
  /** The health check that its policy asks for: the same for all policies that ask for the same of the Service port. */
  readonly healthKey?: string
  /** Makes what ends the cookies of its sessions; absent without sessions. */
  readonly sessionTag?: SessionTag
}

/** Tells the sessions of a Service port from those of others: `service`; and those that one Ingress gave: `service` + `ingress`. */
export type SessionTag = (ingress: ObjectRef) => { readonly service: string; readonly ingress: string }

/** A backend and how it is balanced. */
export interface BalancedBackend {
  readonly backend: Backend
  readonly balancing: Balancing
}

/**
 * Which upstream serves a backend with this policy; `undefined` when it is unavailable.
 *
 * Two Ingresses that limit the same Service alike have an upstream each: a limit holds for what the annotated object is used for.
 */
export function upstreamKey({ backend, balancing }: BalancedBackend): string | undefined {
  if (backend.kind !== 'service') return undefined
  return `${backend.key}|${balancing.key}|${limitOwners(balancing)}`
}

/** The objects that set the limits of a policy. */
function limitOwners({ circuitBreaker, retry, decidedBy }: Balancing): string {
  const breaker = circuitBreaker === undefined ? '' : (decidedBy['circuit-breaker'] ?? '')
  return breaker === '' && retry === undefined
    ? ''
    : `${breaker}|${retry === undefined ? '' : (decidedBy['retry'] ?? '')}`
}

/** All that the requests of a target may be sent to: its branches, and the backend that serves when no branch can. */
export function backendsOf(target: RouteTarget): readonly BalancedBackend[] {
  return target.split === undefined ? [target] : [...target.split, target]
}
