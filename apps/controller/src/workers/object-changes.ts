import type { KubernetesObject, ObjectKey } from '@ingresskit/kubernetes-watch'
import { mapDifference } from '@ingresskit/rule-matcher'
import type { Publication } from './traffic.ts'

/** What worker threads are told of objects: only what changed. */

/** Kinds that traffic depends on. */
export const carriedKinds = ['Ingress', 'IngressClass', 'Service', 'EndpointSlice', 'Secret'] as const
export type CarriedKind = (typeof carriedKinds)[number]

/** An object that is new or another one than before. */
export interface ChangedObject {
  readonly kind: CarriedKind
  readonly key: ObjectKey
  /** Without its status, which no traffic depends on. */
  readonly object: KubernetesObject
  /** Where it was read from; conflicts go by it. */
  readonly file?: string
}

/** The difference between two publications, as plain data. */
export interface ObjectChanges {
  readonly changed: readonly ChangedObject[]
  readonly removed: readonly { readonly kind: CarriedKind; readonly key: ObjectKey }[]
}

type ObjectMap = ReadonlyMap<ObjectKey, KubernetesObject>
type Carried = Readonly<Record<CarriedKind, ObjectMap>>

/**
 * Finds what changed from one publication to the next, by identity: maps and objects that did not change are the same ones.
 *
 * A kind in which nothing changed costs nothing, save Secrets, which cost O(named Secrets); any other O(objects of the kind).
 */
export class ObjectChangeTracker {
  #last: Carried = nothing
  #fileOf: Publication['objects']['fileOf'] = () => undefined

  /** What changed since the call before. */
  next({ objects, secrets }: Publication): ObjectChanges {
    const before = this.#last
    this.#last = { ...objects.objects, Secret: namedSecrets(objects.objects.Secret, secrets, before.Secret) }
    this.#fileOf = object => objects.fileOf(object)
    return this.#between(before, this.#last)
  }

  /** Everything of the last publication, for a worker that begins now. */
  whole(): ObjectChanges {
    return this.#between(nothing, this.#last)
  }

  #between(before: Carried, after: Carried): ObjectChanges {
    const changed: ChangedObject[] = []
    const removed: { readonly kind: CarriedKind; readonly key: ObjectKey }[] = []
    for (const kind of carriedKinds) {
      const difference = mapDifference(before[kind], after[kind])
      for (const [key, object] of difference.changed) {
        const file = this.#fileOf(object)
        changed.push({ kind, key, object: withoutStatus(object), ...(file === undefined ? {} : { file }) })
      }
      for (const key of difference.removed) removed.push({ kind, key })
    }
    return { changed, removed }
  }
}

/** Whether there is nothing in it. */
export function isEmpty({ changed, removed }: ObjectChanges): boolean {
  return changed.length + removed.length === 0
}

const none: ObjectMap = new Map()
const nothing: Carried = { Ingress: none, IngressClass: none, Service: none, EndpointSlice: none, Secret: none }

/** The named Secrets that there are: the map of before when it holds just these. */
function namedSecrets(all: ObjectMap, named: ReadonlySet<ObjectKey>, before: ObjectMap): ObjectMap {
  let found = 0
  let isSame = true
  for (const key of named) {
    const secret = all.get(key)
    if (secret === undefined) continue
    found += 1
    isSame &&= before.get(key) === secret
  }
  if (isSame && found === before.size) return before
  const secrets = new Map<ObjectKey, KubernetesObject>()
  for (const key of named) {
    const secret = all.get(key)
    if (secret !== undefined) secrets.set(key, secret)
  }
  return secrets
}

function withoutStatus(object: KubernetesObject): KubernetesObject {
  if (!Object.hasOwn(object, 'status')) return object
  const { status: _dropped, ...rest } = object
  return rest
}
