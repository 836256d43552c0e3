export type { Balancing } from './balancing.ts'
export type { CompiledIngress, TlsBinding } from './compiled-ingress.ts'
export { defaultBalancing } from './default-balancing.ts'
export type { HashSource } from './hash-source.ts'
export type { ClassOptions } from './ingress-class.ts'
export type { KubernetesObject } from './kubernetes-object.ts'
export { missingSecrets } from './missing-secrets.ts'
export type { Problem, ProblemReason } from './problem.ts'
export type { RetryReason, RetrySettings } from './retry-settings.ts'
export type { Backend, ObjectRef, RouteTarget, SplitBranch, UnavailableReason } from './route-target.ts'
export { type ServicePolicy, servicePolicy } from './service-policy.ts'
export type { SessionAffinity, SessionCookie } from './session-affinity.ts'
export type { SlowStartSettings } from './slow-start.ts'
export {
  type SkippedIngress,
  type Translation,
  type TranslationInput,
  translateIngresses,
} from './translate-ingresses.ts'
