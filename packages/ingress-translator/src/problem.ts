import type { KubernetesObject } from './kubernetes-object.ts'

/**
 * Something in one object that cannot be served as written (`error`) or is served in another way than it may seem
 * (`warning`). It never affects other objects.
 */
export interface Problem {
  /** `error`: not served as written. `warning`: a conflict, or a setting that is ignored or refused. */
  readonly severity: 'error' | 'warning'
  /** Stable CamelCase word, also fit as the reason of a Kubernetes Event. */
  readonly reason: ProblemReason
  /** Kind of the object that has the problem. */
  readonly kind: string
  /** Namespace of the object; absent for cluster-scoped kinds. */
  readonly namespace?: string
  /** Name of the object. */
  readonly name: string
  /** JSON path of the field within the object. */
  readonly field: string
  /** What is wrong and what to do about it. */
  readonly message: string
}

/** Every reason this package reports. */
export type ProblemReason =
  | 'AnnotationInvalid'
  | 'AnnotationNotSupported'
  | 'AnnotationRefused'
  | 'BackendInvalid'
  | 'CanaryWithoutMain'
  | 'DefaultClassAmbiguous'
  | 'HostInvalid'
  | 'IngressClassNotFound'
  | 'PathInvalid'
  | 'ResourceBackendUnsupported'
  | 'RuleConflict'
  | 'SecretNotFound'
  | 'ServiceNotFound'
  | 'ServicePortNotFound'
  | 'SpecInvalid'

/** Reports a problem of one object; see `problemReporter`. */
export type ReportProblem = (
  severity: Problem['severity'],
  reason: ProblemReason,
  detail: { readonly field: string; readonly message: string },
) => void

/** A problem of one object. */
export function problemOf(object: KubernetesObject, ...[severity, reason, detail]: Parameters<ReportProblem>): Problem {
  const { name, namespace } = object.metadata
  const { field, message } = detail
  return {
    severity,
    reason,
    kind: object.kind,
    ...(namespace === undefined ? {} : { namespace }),
    name,
    field,
    message,
  }
}

/** A function that adds problems of `object` to `problems`. */
export function problemReporter(object: KubernetesObject, problems: Problem[]): ReportProblem {
  return (...problem) => void problems.push(problemOf(object, ...problem))
}
