/** Namespace and name of an object that may be anything. */
import type { KubernetesObject } from '@ingresskit/kubernetes-watch'
import { asObject, asString, type JsonObject } from './unvalidated.ts'

export interface ObjectIdentity {
  readonly namespace: string
  readonly name: string
  readonly labels: JsonObject
}

/** `undefined` when `metadata.name` or `metadata.namespace` is missing or empty. */
export function objectIdentity(object: KubernetesObject): ObjectIdentity | undefined {
  const metadata = asObject(asObject(object)?.['metadata'])
  const namespace = asString(metadata?.['namespace'])
  const name = asString(metadata?.['name'])
  if (namespace === undefined || namespace === '' || name === undefined || name === '') return undefined
  return { namespace, name, labels: asObject(metadata?.['labels']) ?? {} }
}
