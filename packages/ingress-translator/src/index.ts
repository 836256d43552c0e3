export type { CompiledIngress, TlsBinding } from './compiled-ingress.ts'
export type { ClassOptions } from './ingress-class.ts'
export type { KubernetesObject } from './kubernetes-object.ts'
export { missingSecrets } from './missing-secrets.ts'
export type { Problem, ProblemReason } from './problem.ts'
export type { Backend, Balancing, HashSource, ObjectRef, RouteTarget, UnavailableReason } from './route-target.ts'
export {
  type SkippedIngress,
  type Translation,
  type TranslationInput,
  translateIngresses,
} from './translate-ingresses.ts'
