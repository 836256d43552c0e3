import {
  type KubernetesObject,
  type ObjectKey,
  type ObjectSnapshot,
  shareUnchanged,
} from '@ingresskit/kubernetes-watch'
import type { CarriedKind, ObjectChanges } from './object-changes.ts'

/** The objects that a worker thread was told of. */
export class ObjectStore {
  #objects: ObjectSnapshot['objects'] = {
    Ingress: new Map(),
    IngressClass: new Map(),
    Service: new Map(),
    EndpointSlice: new Map(),
    Secret: new Map(),
    ConfigMap: new Map(),
  }
  readonly #files = new WeakMap<KubernetesObject, string>()

  /** The objects after these changes; what did not change is the same map and object as before. O(objects of the kinds that changed). */
  apply({ changed, removed }: ObjectChanges): ObjectSnapshot {
    const copies = new Map<CarriedKind, Map<ObjectKey, KubernetesObject>>()
    const copyOf = (kind: CarriedKind): Map<ObjectKey, KubernetesObject> => {
      const copy = copies.get(kind) ?? new Map(this.#objects[kind])
      copies.set(kind, copy)
      return copy
    }
    for (const { kind, key, object: told, file } of changed) {
      const object = shareUnchanged(this.#objects[kind].get(key), told)
      copyOf(kind).set(key, object)
      if (file !== undefined) this.#files.set(object, file)
    }
    for (const { kind, key } of removed) copyOf(kind).delete(key)
    this.#objects = { ...this.#objects, ...Object.fromEntries(copies) }
    return { objects: this.#objects, problems: [], fileOf: object => this.#files.get(object) }
  }
}
