/** Names, texts and places of annotations. */

import type { KubernetesObject } from './kubernetes-object.ts'
import { asRecord } from './unknown-fields.ts'

/** Prefix of what ingress-nginx defined; read on an Ingress only. */
export const nginxPrefix = 'nginx.ingress.kubernetes.io/'
/** Prefix of our own annotations. */
export const ownPrefix = 'ingresskit.dev/'

/** One annotation of one object: what a setting was made by. */
export interface AnnotationPlace {
  /** The Ingress or Service. */
  readonly object: KubernetesObject
  /** Full name, with prefix. */
  readonly annotation: string
}

/** JSON path of an annotation, as problems name it. */
export function annotationField(annotation: string): string {
  return `metadata.annotations['${annotation}']`
}

/** `Ingress shop/site ingresskit.dev/load-balance`: how `decidedBy` names a place. */
export function describePlace({ object, annotation }: AnnotationPlace): string {
  const { name, namespace } = object.metadata
  return `${object.kind} ${namespace ?? 'default'}/${name} ${annotation}`
}

/**
 * The annotations of an object as text.
 *
 * A manifest may hold what no API server lets through: `canary: true` without quotes is read as the text it stands for, and
 * other values become JSON, which no reader accepts.
 */
export function annotationsOf(object: KubernetesObject): ReadonlyMap<string, string> {
  const entries = Object.entries(asRecord(object.metadata.annotations) ?? {})
  return new Map(
    entries.map(([name, value]) => [name, typeof value === 'string' ? value : (JSON.stringify(value) ?? '')]),
  )
}
