// The objects of the fake API server, with one resourceVersion counter and the history that watches replay.
import { randomUUID } from 'node:crypto'
import { resourceOfKind } from './fake-api-server-resources.ts'

/** An object as JSON. */
export type FakeObject = { readonly [field: string]: unknown }

/** What a test hands in: everything else (uid, resourceVersion, creationTimestamp) is added. */
export interface FakeObjectInput {
  readonly kind: string
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly [field: string]: unknown }
  readonly [field: string]: unknown
}

/** One entry of the history. */
export interface FakeEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'
  readonly plural: string
  readonly resourceVersion: number
  readonly object: StoredObject
}

/** An object with the metadata the server gave it. */
export interface StoredObject {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: {
    readonly name: string
    readonly namespace?: string
    readonly uid: string
    readonly resourceVersion: string
    readonly creationTimestamp: string
    readonly [field: string]: unknown
  }
  readonly [field: string]: unknown
}

/** What may be done to the stored objects. */
export interface FakeStore {
  /** Stores a new object; throws when there is one of that kind and name. */
  create(object: FakeObjectInput): StoredObject
  /** Replaces an object, keeping uid and creationTimestamp; throws when there is none. */
  update(object: FakeObjectInput): StoredObject
  /** Creates or updates. */
  apply(object: FakeObjectInput): StoredObject
  /** Merges a JSON merge patch (RFC 7386) into an object; throws when there is none. */
  patch(kind: string, key: string, patch: FakeObject): StoredObject
  /** Removes an object; `false` when there was none. */
  delete(kind: string, key: string): boolean
  /** The object of that `namespace/name` (or `name`), or `undefined`. */
  get(kind: string, key: string): StoredObject | undefined
  /** All objects of a kind by key. */
  list(kind: string): readonly StoredObject[]
  /** The newest resourceVersion. */
  version(): number
  /** Events after a resourceVersion, or `expired` when some of them were compacted away. */
  eventsAfter(version: number): readonly FakeEvent[] | 'expired'
  /** Forgets the history: older resourceVersions are answered 410 from now on. */
  compact(): void
}

/** An empty store; `changed` is called after each event. */
export function fakeStore(changed: (event: FakeEvent) => void): FakeStore {
  const objects = new Map<string, Map<string, StoredObject>>()
  let history: FakeEvent[] = []
  let version = 100
  let compactedAt = 0

  const ofKind = (kind: string): Map<string, StoredObject> => {
    const found = objects.get(kind) ?? new Map<string, StoredObject>()
    objects.set(kind, found)
    return found
  }
  const record = (type: FakeEvent['type'], object: StoredObject): StoredObject => {
    const event = { type, plural: resourceOfKind(object.kind).plural, resourceVersion: version, object }
    history.push(event)
    changed(event)
    return object
  }
  const write = (input: FakeObjectInput, existing: StoredObject | undefined): StoredObject => {
    const resource = resourceOfKind(input.kind)
    version += 1
    const namespace = resource.namespaced ? { namespace: input.metadata.namespace ?? 'default' } : {}
    const object: StoredObject = {
      ...structuredClone(input),
      kind: resource.kind,
      apiVersion: resource.apiVersion,
      metadata: {
        ...structuredClone(input.metadata),
        ...namespace,
        uid: existing?.metadata.uid ?? randomUUID(),
        resourceVersion: String(version),
        creationTimestamp:
          existing?.metadata.creationTimestamp ?? `${new Date().toISOString().slice(0, 'YYYY-MM-DDThh:mm:ss'.length)}Z`,
      },
    }
    ofKind(object.kind).set(keyOf(object), object)
    return record(existing ? 'MODIFIED' : 'ADDED', object)
  }
  const existing = (kind: string, key: string): StoredObject => {
    const found = ofKind(kind).get(key)
    if (!found) throw new Error(`the fake API server has no ${kind} "${key}"`)
    return found
  }

  return {
    create: input => {
      const key = keyOf(input)
      if (ofKind(input.kind).has(key)) throw new Error(`the fake API server already has ${input.kind} "${key}"`)
      return write(input, undefined)
    },
    update: input => write(input, existing(input.kind, keyOf(input))),
    apply: input => write(input, ofKind(input.kind).get(keyOf(input))),
    patch: (kind, key, patch) => {
      const old = existing(kind, key)
      return write(mergePatch(old, patch) as FakeObjectInput, old)
    },
    delete: (kind, key) => {
      const old = ofKind(kind).get(key)
      if (!old) return false
      version += 1
      ofKind(kind).delete(key)
      record('DELETED', { ...old, metadata: { ...old.metadata, resourceVersion: String(version) } })
      return true
    },
    get: (kind, key) => ofKind(kind).get(key),
    list: kind => [...ofKind(kind).values()].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1)),
    version: () => version,
    eventsAfter: after => (after < compactedAt ? 'expired' : history.filter(event => event.resourceVersion > after)),
    compact: () => {
      compactedAt = version
      history = []
    },
  }
}

/** `namespace/name`, or `name` for cluster-scoped kinds. */
function keyOf(object: FakeObjectInput): string {
  const { name, namespace } = object.metadata
  return resourceOfKind(object.kind).namespaced ? `${namespace ?? 'default'}/${name}` : name
}

function mergePatch(target: unknown, patch: unknown): unknown {
  if (!isRecord(patch)) return patch
  const merged = new Map(isRecord(target) ? Object.entries(target) : [])
  for (const [field, value] of Object.entries(patch)) {
    if (value === null) merged.delete(field)
    else merged.set(field, mergePatch(merged.get(field), value))
  }
  return Object.fromEntries(merged)
}

function isRecord(value: unknown): value is FakeObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
