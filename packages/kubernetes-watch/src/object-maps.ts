// The objects of a snapshot by kind, and how their identity is kept from one snapshot to the next.
import type { KubernetesObject, ObjectKey, WatchedKind } from './kubernetes-object.ts'
import { watchedKinds } from './watched-resources.ts'

/** Objects of one kind. */
export type ObjectMap = ReadonlyMap<ObjectKey, KubernetesObject>

/** Objects of every kind. */
export type ObjectMaps = Readonly<Record<WatchedKind, ObjectMap>>

/** Builds the maps kind by kind. */
export function objectMaps(mapOf: (kind: WatchedKind) => ObjectMap): ObjectMaps {
  return Object.fromEntries(watchedKinds.map(kind => [kind, mapOf(kind)])) as Record<WatchedKind, ObjectMap>
}

/** The previous map when the next one holds the very same objects, else the next one. O(size). */
export function keepIfSame(previous: ObjectMap, next: ObjectMap): ObjectMap {
  if (previous.size !== next.size) return next
  for (const [key, object] of next) if (previous.get(key) !== object) return next
  return previous
}

/** The key under which an object is kept. */
export function objectKey(object: KubernetesObject): ObjectKey {
  const { name, namespace } = object.metadata
  return namespace === undefined ? name : `${namespace}/${name}`
}
