import type { Backend, Balancing, ObjectRef, RouteTarget } from '@ingresskit/ingress-translator'
import type { ComposedBalancer } from './compose-balancer.ts'

/** A Service port balanced by one policy. Paths that mean the same port and policy share it, whatever Ingress they are of. */
export interface ServiceUpstream extends ComposedBalancer {
  /** `servicePort|policy`. */
  readonly key: string
  /** `namespace/name:port`. */
  readonly servicePort: string
  readonly service: ObjectRef
  readonly port: number
  readonly policy: Balancing
  /** Ends the cookies of its sessions, so that they are told from those of other Services; absent without sessions. */
  readonly sessionTag?: string
}

/** A backend and how it is balanced. */
export interface BalancedBackend {
  readonly backend: Backend
  readonly balancing: Balancing
}

/** Which upstream serves a backend with this policy; `undefined` when it is unavailable. */
export function upstreamKey({ backend, balancing }: BalancedBackend): string | undefined {
  return backend.kind === 'service' ? `${backend.key}|${balancing.key}` : undefined
}

/** All that the requests of a target may be sent to: its branches, or its one backend. */
export function backendsOf(target: RouteTarget): readonly BalancedBackend[] {
  return target.split ?? [target]
}
