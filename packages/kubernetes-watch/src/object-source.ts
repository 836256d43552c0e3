import type { KubernetesObject, ObjectKey, WatchedKind } from './kubernetes-object.ts'
import type { ReadHealth } from './read-health.ts'

/** Something wrong with the source itself or an object in it; never a reason to drop other objects. */
export interface SourceProblem {
  /** `error`: objects are missing or stale. `warning`: something is passed over. */
  readonly severity: 'error' | 'warning'
  /** Stable CamelCase word, e.g. `ManifestUnreadable`, `DuplicateObject`, `WatchFailed`, `MalformedAnswer`. */
  readonly reason: string
  readonly kind?: string
  /** Namespace of the object it is about, if it is about one. */
  readonly namespace?: string
  /** Name of the object it is about, if it is about one. */
  readonly name?: string
  /** Path of the manifest, as it was given. */
  readonly file?: string
  /** JSON path of the field, e.g. `metadata.name`. */
  readonly field?: string
  /** What is wrong and what to do about it. */
  readonly message: string
}

/**
 * All watched objects at one moment. Immutable; an object that did not change is the same JavaScript object in the next
 * snapshot, and a kind in which nothing changed is the same Map, so consumers may memoise by identity.
 */
export interface ObjectSnapshot {
  /** By kind, then by key; every kind is there, if need be empty. */
  readonly objects: Readonly<Record<WatchedKind, ReadonlyMap<ObjectKey, KubernetesObject>>>
  /** What is wrong at this moment; a problem that was mended is not among them. */
  readonly problems: readonly SourceProblem[]
  /** The file an object was read from; cluster sources answer `undefined`. */
  fileOf(object: KubernetesObject): string | undefined
}

/** Objects that are read only because another one names them: all a source may know of these kinds. */
export interface References {
  /** `namespace/name` of each wanted Secret. */
  readonly secrets: ReadonlySet<ObjectKey>
  /** `namespace/name` of each wanted ConfigMap. */
  readonly configMaps: ReadonlySet<ObjectKey>
}

/**
 * Where Kubernetes objects come from: manifests on disk or a cluster.
 *
 * Level-based: listeners are given states, not events, and bursts of changes become one snapshot.
 */
export interface ObjectSource {
  /**
   * Resolves with the first full snapshot, when every kind was listed once (references named by then included).
   * Rejects with a `WatchError` when it can never come: a manifest path that does not exist, `close` was called. A cluster
   * that refuses or can't be reached is tried again until then, as credentials and grants may still be on their way.
   */
  start(listener: (snapshot: ObjectSnapshot) => void): Promise<ObjectSnapshot>
  /**
   * Names the Secrets and ConfigMaps that are wanted from now on. Idempotent. The next snapshot that contains the
   * answer (or the knowledge that an object does not exist) is published as usual.
   */
  follow(references: References): void
  /** Whether every followed reference has been looked up at least once. */
  settled(): boolean
  /**
   * How well each thing is read from an API server, in the order kinds, namespaces, followed objects; empty before `start`
   * and for manifests. O(things read): made for a scrape, not for a request.
   */
  health(): readonly ReadHealth[]
  /** Final: no listener is called after it was called, every socket and file handle is closed when it resolves. */
  close(): Promise<void>
}
