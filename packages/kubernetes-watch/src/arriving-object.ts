// What is kept of an object that the API server sent.
import type { KubernetesObject, ObjectMeta } from './kubernetes-object.ts'
import type { WatchedResource } from './watched-resources.ts'

const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration'

/**
 * The object without `managedFields` and kubectl's copy of it, which are often larger than the rest; `undefined` when it
 * has no name. Items of lists come without `kind` and `apiVersion`, which are added.
 */
export function arrivingObject(value: unknown, resource: WatchedResource): KubernetesObject | undefined {
  if (!isRecord(value) || !isRecord(value['metadata'])) return undefined
  const { managedFields: _dropped, annotations, ...metadata } = value['metadata']
  if (typeof metadata['name'] !== 'string' || metadata['name'] === '') return undefined
  const kept = isRecord(annotations) ? withoutLastApplied(annotations) : undefined
  return {
    ...value,
    apiVersion: resource.apiVersion,
    kind: resource.kind,
    metadata: { ...metadata, ...(kept === undefined ? {} : { annotations: kept }) } as unknown as ObjectMeta,
  }
}

function withoutLastApplied(annotations: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const { [lastApplied]: _dropped, ...rest } = annotations
  return rest
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
