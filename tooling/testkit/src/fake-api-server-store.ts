// The objects of the fake API server, with one resourceVersion counter and the history that watches replay.
import { randomUUID } from 'node:crypto'
import { fakeHistory } from './fake-api-server-history.ts'
import { forgetJson } from './fake-api-server-json.ts'
import { mergePatch } from './fake-api-server-merge-patch.ts'
import { resourceOfKind } from './fake-api-server-resources.ts'

/** An object as JSON. */
export type FakeObject = { readonly [field: string]: unknown }

/**
 * What a test hands in; the server adds uid, resourceVersion, creationTimestamp and, where the kind has one, generation.
 * A uid, creationTimestamp or generation that is given for a new object is kept. It is stored as it is, not copied: it
 * must not be changed afterwards.
 */
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
  /** What the object was before; `undefined` for a new one. */
  readonly previous: StoredObject | undefined
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
  /** Stores a new object, in O(1); throws when there is one of that kind and name. */
  create(object: FakeObjectInput): StoredObject
  /** Replaces an object, keeping uid and creationTimestamp; throws when there is none. */
  update(object: FakeObjectInput): StoredObject
  /** Creates or updates. */
  apply(object: FakeObjectInput): StoredObject
  /** Merges a JSON merge patch (RFC 7386) into an object; throws when there is none. */
  patch(kind: string, key: string, patch: FakeObject): StoredObject
  /** Removes an object, and with a Namespace everything in it; `false` when there was none. */
  delete(kind: string, key: string): boolean
  /** The object of that `namespace/name` (or `name`), or `undefined`. */
  get(kind: string, key: string): StoredObject | undefined
  /** All objects of a kind by key. */
  list(kind: string): readonly StoredObject[]
  /** The newest resourceVersion. */
  version(): number
  /** Events after a resourceVersion, or `expired` when some of them were compacted away. */
  eventsAfter(version: number): readonly FakeEvent[] | 'expired'
  /** The version up to which events are forgotten; 0 = none are. */
  oldestVersion(): number
  /** Forgets the history: older resourceVersions are answered 410 from now on. */
  compact(): void
}

interface KindObjects {
  readonly objects: Map<string, StoredObject>
  /** `undefined` when an object came or went since they were sorted. */
  sortedKeys: readonly string[] | undefined
}

/** An empty store that keeps so many events; `changed` is called after each. */
export function fakeStore(historyLength: number, changed: (event: FakeEvent) => void): FakeStore {
  const kinds = new Map<string, KindObjects>()
  const history = fakeHistory(historyLength)
  let version = 100

  const ofKind = (kind: string): KindObjects => {
    const known = kinds.get(kind)
    if (known) return known
    const { kind: checked } = resourceOfKind(kind)
    const added: KindObjects = { objects: new Map(), sortedKeys: undefined }
    kinds.set(checked, added)
    return added
  }
  const record = (type: FakeEvent['type'], object: StoredObject, previous: StoredObject | undefined): StoredObject => {
    const { plural } = resourceOfKind(object.kind)
    const event: FakeEvent = { type, plural, resourceVersion: version, object, previous }
    if (previous) forgetJson(previous)
    history.add(event)
    changed(event)
    return object
  }
  const write = (input: FakeObjectInput, previous: StoredObject | undefined): StoredObject => {
    version += 1
    const object = storedObject(input, previous, version)
    const { objects } = ofKind(object.kind)
    if (!previous) ofKind(object.kind).sortedKeys = undefined
    objects.set(keyOf(object), object)
    return record(previous ? 'MODIFIED' : 'ADDED', object, previous)
  }
  const existing = (kind: string, key: string): StoredObject => {
    const found = ofKind(kind).objects.get(key)
    if (!found) throw new Error(`the fake API server has no ${kind} "${key}"`)
    return found
  }
  const remove = (kind: string, key: string): boolean => {
    const of = ofKind(kind)
    const previous = of.objects.get(key)
    if (!previous) return false
    version += 1
    of.objects.delete(key)
    of.sortedKeys = undefined
    record('DELETED', { ...previous, metadata: { ...previous.metadata, resourceVersion: String(version) } }, previous)
    if (kind !== 'Namespace') return true
    for (const [each, { objects }] of kinds) {
      for (const [inside, { metadata }] of objects) if (metadata.namespace === key) remove(each, inside)
    }
    return true
  }

  return {
    create: input => {
      const key = keyOf(input)
      if (ofKind(input.kind).objects.has(key)) throw new Error(`the fake API server already has ${input.kind} "${key}"`)
      return write(input, undefined)
    },
    update: input => write(input, existing(input.kind, keyOf(input))),
    apply: input => write(input, ofKind(input.kind).objects.get(keyOf(input))),
    patch: (kind, key, patch) => {
      const previous = existing(kind, key)
      return write(mergePatch(previous, patch) as FakeObjectInput, previous)
    },
    delete: remove,
    get: (kind, key) => ofKind(kind).objects.get(key),
    list: kind => {
      const of = ofKind(kind)
      of.sortedKeys ??= [...of.objects.keys()].sort()
      return of.sortedKeys.flatMap(key => of.objects.get(key) ?? [])
    },
    version: () => version,
    eventsAfter: after => history.after(after),
    oldestVersion: () => history.forgotten(),
    compact: () => history.forget(version),
  }
}

/** `namespace/name`, or `name` for cluster-scoped kinds. */
export function keyOf(object: FakeObjectInput): string {
  const { name, namespace } = object.metadata
  return resourceOfKind(object.kind).namespaced ? `${namespace ?? 'default'}/${name}` : name
}

/** In the order in which the real server writes the fields. */
function storedObject(input: FakeObjectInput, previous: StoredObject | undefined, version: number): StoredObject {
  const { kind, apiVersion, namespaced, hasGeneration } = resourceOfKind(input.kind)
  const { kind: _kind, apiVersion: _apiVersion, metadata: given, ...content } = input
  const { name, namespace, uid, creationTimestamp, generation, resourceVersion: _version, ...metadata } = given
  const kept = previous?.metadata ?? { uid, creationTimestamp }
  return {
    kind,
    apiVersion,
    metadata: {
      name,
      ...(namespaced ? { namespace: namespace ?? 'default' } : {}),
      uid: typeof kept.uid === 'string' ? kept.uid : randomUUID(),
      resourceVersion: String(version),
      ...(hasGeneration ? { generation: nextGeneration(generation, content, previous) } : {}),
      creationTimestamp: typeof kept.creationTimestamp === 'string' ? kept.creationTimestamp : nowInSeconds(),
      ...metadata,
    },
    ...content,
  }
}

/** It counts the changes of everything but metadata and status. */
function nextGeneration(given: unknown, content: FakeObject, previous: StoredObject | undefined): unknown {
  const before = previous?.metadata['generation']
  if (typeof before !== 'number') return given ?? 1
  if (typeof given === 'number' && given > before) return given
  return wantedState(content) === wantedState(previous ?? {}) ? before : before + 1
}

function wantedState({ kind: _k, apiVersion: _a, metadata: _m, status: _s, ...wanted }: FakeObject): string {
  return JSON.stringify(wanted)
}

function nowInSeconds(): string {
  return `${new Date().toISOString().slice(0, 'YYYY-MM-DDThh:mm:ss'.length)}Z`
}
