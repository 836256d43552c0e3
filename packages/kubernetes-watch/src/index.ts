export type { KubernetesObject, ObjectKey, ObjectMeta, WatchedKind } from './kubernetes-object.ts'
export type { ObjectSnapshot, ObjectSource, References, SourceProblem } from './object-source.ts'
