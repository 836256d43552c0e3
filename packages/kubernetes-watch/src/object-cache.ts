// The objects that one list and its watches have brought so far.
import type { KubernetesObject, ObjectKey } from './kubernetes-object.ts'
import { objectKey, type ObjectMap } from './object-maps.ts'
import { shareUnchanged } from './share-unchanged.ts'
import type { ObjectEvent } from './watch-line.ts'

/** A cache that whole lists replace and events change. The versions of an object share the parts that did not change. */
export interface ObjectCache {
  /** Begins a list: what is known stays until it is committed. */
  stage(): StagedObjects
  /** Takes events over; `unchanged` when they told nothing new. */
  apply(events: readonly ObjectEvent[]): 'changed' | 'unchanged'
  /** All objects; the same map until something changes. O(objects) after a change, else O(1). */
  objects(): ObjectMap
}

/** A list that is being read. */
export interface StagedObjects {
  /** Objects of the list, and changes to them. One whose uid and resourceVersion are known stays the same object. */
  apply(events: readonly ObjectEvent[]): void
  /** Takes over what was known under that key, if anything, as the list has it but not in a form that can be read. */
  keep(key: ObjectKey): void
  /** Replaces everything that is known at once. To be called once. O(objects), about 0.1 µs for each. */
  commit(): 'changed' | 'unchanged'
}

/** So many deleted objects are remembered, the latest; a late event about an older one would bring it back. */
const maxDeleted = 1000

/** An empty cache. */
export function objectCache(): ObjectCache {
  let objects = new Map<ObjectKey, KubernetesObject>()
  let shared: ObjectMap | undefined
  /** By uid, which no other object will ever have. */
  let deleted = new Set<string>()

  const put = (object: KubernetesObject): boolean => {
    const key = objectKey(object)
    const old = objects.get(key)
    const { uid } = object.metadata
    if (old ? isSameObject(old, object) && !isNewer(object, old) : uid !== undefined && deleted.has(uid)) return false
    objects.set(key, old && isSameObject(old, object) ? shareUnchanged(old, object) : object)
    return true
  }
  const remove = (object: KubernetesObject): boolean => {
    const { uid } = object.metadata
    if (uid !== undefined) deleted.add(uid)
    if (deleted.size > maxDeleted) deleted.delete(oldestOf(deleted))
    const old = objects.get(objectKey(object))
    // A late event about an object that was re-created under the same name is not about the new one.
    return old !== undefined && isSameObject(old, object) && objects.delete(objectKey(object))
  }

  return {
    stage: () => {
      const next = new Map<ObjectKey, KubernetesObject>()
      return {
        apply: events => {
          for (const { kind, object } of events) {
            const key = objectKey(object)
            const old = objects.get(key)
            if (kind === 'delete') next.delete(key)
            else if (old && isSameVersion(old, object)) next.set(key, old)
            else next.set(key, old && isSameObject(old, object) ? shareUnchanged(old, object) : object)
          }
        },
        keep: key => {
          const old = objects.get(key)
          if (old) next.set(key, old)
        },
        commit: () => {
          const same = next.size === objects.size && isEverySame(next, objects)
          objects = next
          deleted = new Set()
          if (!same) shared = undefined
          return same ? 'unchanged' : 'changed'
        },
      }
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

function oldestOf(texts: ReadonlySet<string>): string {
  for (const text of texts) return text
  return ''
}

function isEverySame(a: ObjectMap, b: ObjectMap): boolean {
  for (const [key, object] of a) if (b.get(key) !== object) return false
  return true
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
