// What the API server sent, checked as far as a source needs it, and without what nobody reads.
import type { KubernetesObject } from './kubernetes-object.ts'
import { trimmedObject } from './trimmed-object.ts'
import { isRecord } from './unvalidated.ts'
import type { WatchedResource } from './watched-resources.ts'

/** Something that is no object or event: what is wrong with it, and whose it was as far as it says. */
export interface MalformedObject {
  readonly kind: 'malformed'
  /** E.g. `an object whose annotations are no texts`. */
  readonly what: string
  readonly namespace: string | undefined
  readonly name: string | undefined
}

/** An object as it is kept, or why it can't be. */
export type ArrivingObject = { readonly kind: 'object'; readonly object: KubernetesObject } | MalformedObject

/** Checks and trims; never throws. Items of lists come without `kind` and `apiVersion`, which are added. */
export function arrivingObject(value: unknown, resource: WatchedResource): ArrivingObject {
  const metadata = isRecord(value) ? value['metadata'] : undefined
  if (!isRecord(value) || !isRecord(metadata)) return malformed({}, 'an object without metadata')
  const { name, namespace, labels, annotations, uid, resourceVersion } = metadata
  if (typeof name !== 'string' || name === '') return malformed(metadata, 'an object without a name')
  if (resource.scope === 'namespaced' && (typeof namespace !== 'string' || namespace === '')) {
    return malformed(metadata, 'an object without a namespace')
  }
  if (!isTextOrAbsent(uid)) return malformed(metadata, 'an object whose uid is no text')
  if (!isTextOrAbsent(resourceVersion)) return malformed(metadata, 'an object whose resourceVersion is no text')
  if (!areTexts(labels)) return malformed(metadata, 'an object whose labels are no texts')
  if (!areTexts(annotations)) return malformed(metadata, 'an object whose annotations are no texts')
  return { kind: 'object', object: trimmedObject(value, metadata, resource) }
}

function malformed({ namespace, name }: Readonly<Record<string, unknown>>, what: string): MalformedObject {
  const isNamed = typeof name === 'string' && name !== ''
  return {
    kind: 'malformed',
    what,
    namespace: isNamed && typeof namespace === 'string' ? namespace : undefined,
    name: isNamed ? name : undefined,
  }
}

function isTextOrAbsent(value: unknown): boolean {
  return value === undefined || typeof value === 'string'
}

/** A map of texts, or none: JSON null is none. */
function areTexts(map: unknown): boolean {
  if (map === undefined || map === null) return true
  if (!isRecord(map)) return false
  for (const key in map) if (typeof map[key] !== 'string') return false
  return true
}
