// How well something is being read from the API server: what monitoring wants to know.
import type { WatchTarget } from './api-failure.ts'
import type { WatchedKind } from './kubernetes-object.ts'

/** How well one thing is read: a kind in all namespaces or in one, or one followed Secret or ConfigMap. */
export interface ReadHealth {
  readonly kind: WatchedKind
  /** Absent: all namespaces, or a kind that has none. */
  readonly namespace?: string
  /** Only of followed Secrets and ConfigMaps. */
  readonly name?: string
  /**
   * `listing`: everything is being read, for the first time or anew. `watching`: changes are told by the server.
   * `failing`: the last attempt failed and none has succeeded since; what was read before is served, if anything was.
   */
  readonly state: 'listing' | 'watching' | 'failing'
  /**
   * Milliseconds since the API server last sent anything for it but a refusal; bookmarks come about once a minute, so
   * more than two minutes mean that what is served may be old. `undefined`: never.
   */
  readonly heardAgoMs: number | undefined
  /** Times that all of it was read, since `start`: by a list or by the initial events of a watch. */
  readonly lists: number
  /** Watches that the server accepted, since `start`. */
  readonly watches: number
  /** Requests and watches that failed, since `start`; a watch that fell silent is one. */
  readonly failures: number
  /** Lines and objects that could not be read, since `start`. */
  readonly malformed: number
}

/** What is counted of one target; never reset. */
export interface ReadRecord {
  count(what: 'lists' | 'watches' | 'failures' | 'malformed'): void
  /** The server sent something. `current`: what is served is the state of this moment. */
  heard(what: 'current' | 'partial'): void
  /** The last moment of which the served state is, as ISO 8601 text; `undefined` when nothing is served yet. */
  servedAsOf(): string | undefined
  health(target: WatchTarget, state: ReadHealth['state']): ReadHealth
}

/** The clocks of a record. */
export interface RecordClocks {
  /** Monotonic, in milliseconds. */
  readonly now: () => number
  /** Milliseconds since the epoch. */
  readonly wallClock: () => number
}

/** A record of nothing. */
export function readRecord({ now, wallClock }: RecordClocks): ReadRecord {
  const counts = { lists: 0, watches: 0, failures: 0, malformed: 0 }
  let heardAt: number | undefined
  let currentAtMs: number | undefined
  return {
    count: what => {
      counts[what] += 1
    },
    heard: what => {
      heardAt = now()
      if (what === 'current') currentAtMs = wallClock()
    },
    servedAsOf: () => (currentAtMs === undefined ? undefined : new Date(currentAtMs).toISOString()),
    health: ({ resource, namespace, name }, state) => ({
      kind: resource.kind,
      ...(namespace === undefined ? {} : { namespace }),
      ...(name === undefined ? {} : { name }),
      state,
      heardAgoMs: heardAt === undefined ? undefined : Math.max(0, now() - heardAt),
      ...counts,
    }),
  }
}
