// The objects that one list and its watches have brought so far.
import type { KubernetesObject, ObjectKey } from './kubernetes-object.ts'
import { objectKey, type ObjectMap } from './object-maps.ts'
import type { ObjectEvent } from './watch-session.ts'

/** A cache that lists replace and events change. */
export interface ObjectCache {
  /** Takes a whole list over; objects whose uid and resourceVersion did not change stay the same objects. */
  replace(objects: readonly KubernetesObject[]): void
  /** Takes events over; `unchanged` when they told nothing new. */
  apply(events: readonly ObjectEvent[]): 'changed' | 'unchanged'
  /** All objects; the same map until something changes. O(objects) after a change, else O(1). */
  objects(): ObjectMap
}

/** An empty cache. */
export function objectCache(): ObjectCache {
  let objects = new Map<ObjectKey, KubernetesObject>()
  let shared: ObjectMap | undefined

  const put = (object: KubernetesObject): boolean => {
    const old = objects.get(objectKey(object))
    if (old && isSameObject(old, object) && !isNewer(object, old)) return false
    objects.set(objectKey(object), object)
    return true
  }
  const remove = (object: KubernetesObject): boolean => {
    const old = objects.get(objectKey(object))
    // A late event about an object that was re-created under the same name is not about the new one.
    return old !== undefined && isSameObject(old, object) && objects.delete(objectKey(object))
  }

  return {
    replace: list => {
      const next = new Map<ObjectKey, KubernetesObject>()
      for (const object of list) {
        const old = objects.get(objectKey(object))
        next.set(objectKey(object), old && isSameVersion(old, object) ? old : object)
      }
      objects = next
      shared = undefined
    },
    apply: events => {
      let changes = 0
      for (const event of events) {
        const changed = event.kind === 'put' ? put(event.object) : remove(event.object)
        if (changed) changes += 1
      }
      if (changes > 0) shared = undefined
      return changes > 0 ? 'changed' : 'unchanged'
    },
    objects: () => {
      shared ??= new Map(objects)
      return shared
    },
  }
}

function isSameObject(a: KubernetesObject, b: KubernetesObject): boolean {
  return a.metadata.uid === b.metadata.uid
}

function isSameVersion(a: KubernetesObject, b: KubernetesObject): boolean {
  const { resourceVersion } = a.metadata
  return isSameObject(a, b) && resourceVersion !== undefined && resourceVersion === b.metadata.resourceVersion
}

/**
 * Whether an event about the same object is news. resourceVersions of one resource are numbers that grow (KEP-5504);
 * where they are none, only an equal one is old.
 */
function isNewer(next: KubernetesObject, old: KubernetesObject): boolean {
  const a = next.metadata.resourceVersion ?? ''
  const b = old.metadata.resourceVersion ?? ''
  if (a === b) return a === ''
  if (!/^[0-9]+$/.test(a) || !/^[0-9]+$/.test(b)) return true
  return a.length === b.length ? a > b : a.length > b.length
}
