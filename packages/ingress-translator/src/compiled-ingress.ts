import type { DefaultRule, Precedence, Rule } from '@ingresskit/rule-matcher'
import type { KubernetesObject } from './kubernetes-object.ts'
import type { Problem } from './problem.ts'
import type { ObjectRef, RouteTarget } from './route-target.ts'

/** One Ingress compiled by itself: whatever is wrong with it is in `problems` and touches nothing else. */
export interface CompiledIngress {
  /** The object this was compiled from. */
  readonly source: KubernetesObject
  /** Its namespace and name. */
  readonly ingress: ObjectRef
  /** Where it stands in conflicts, those about server names included. */
  readonly precedence: Precedence
  /** Every path that can be served, or that is answered 503 for a reason in its target. */
  readonly rules: readonly Rule<RouteTarget>[]
  /** What `spec.defaultBackend` serves: the hosts of the rules, or every host when there are no rules. */
  readonly defaults: readonly DefaultRule<RouteTarget>[]
  /** Entries of `spec.tls` that name a Secret. */
  readonly tls: readonly TlsBinding[]
  /**
   * Of this Ingress: annotations first, then the order of the fields. Bad annotations of its Services are among them, as problems of the
   * Service.
   */
  readonly problems: readonly Problem[]
  /** The Services it was resolved with (`undefined`: did not exist); it is compiled again when one of them changes. */
  readonly services: ReadonlyMap<string, KubernetesObject | undefined>
}

/** One entry of `spec.tls`: which server names are served the certificate of which Secret. */
export interface TlsBinding {
  /** `namespace/name` of the Secret, in the namespace of the Ingress. */
  readonly secret: string
  /** `hosts` of the entry, lower-case. */
  readonly hosts: readonly string[]
  /** Hosts of the rules that no entry of the Ingress lists: they take this certificate if it covers them. */
  readonly coveredHosts: readonly string[]
  /** `namespace/name` of the Ingress. */
  readonly owner: string
  /** JSON path of the entry, e.g. `spec.tls[0]`. */
  readonly field: string
}
