// Kubernetes objects from a cluster's API server, kept current by lists and watches.
import { performance } from 'node:perf_hooks'
import type { KubeConfig } from '@kubernetes/client-node'
import { type ClusterApi, clusterApi } from './cluster-api.ts'
import { concurrencyGate } from './concurrency-gate.ts'
import type { WatchedKind } from './kubernetes-object.ts'
import { mapMerger } from './merged-map.ts'
import { objectMaps } from './object-maps.ts'
import type { ObjectSnapshot, ObjectSource, SourceProblem } from './object-source.ts'
import { type ReferenceReflectors, referenceReflectors } from './reference-reflectors.ts'
import { type Reflector, reflector, type ReflectorContext } from './reflector.ts'
import { type Schedule, timerSchedule } from './schedule.ts'
import { snapshotPublisher } from './snapshot-publisher.ts'
import { watchListSupport } from './watch-list-support.ts'
import { WatchError } from './watch-error.ts'
import { watchedKinds, watchedResources } from './watched-resources.ts'
import { workTurns } from './work-turns.ts'

/** Which cluster to follow, and how. */
export interface ClusterSourceOptions {
  /** From `loadClusterConfig`, whose current context is used; or a `clusterApi` that is shared with others, and left open by `close`. */
  readonly cluster: KubeConfig | ClusterApi
  /** Lists and watches these namespaces alone, so that Roles suffice. Followed references may be in others. Default: all. */
  readonly namespaces?: readonly string[]
  /** Secrets and ConfigMaps followed at most: each takes a connection. More are left out, by name, with a problem. Default 1000. */
  readonly maxReferences?: number
  /** At most one snapshot in this time, the first change of a quiet period excepted. Default 50. */
  readonly publishIntervalMs?: number
  /** A watch that sends nothing for so long is opened anew; at least 90_000, as bookmarks come once a minute. Default 120_000. */
  readonly silenceLimitMs?: number
  /** Told of each problem when it appears, before the first snapshot too. Problems are in the snapshots as well. */
  readonly onProblem?: (problem: SourceProblem) => void
  /** Default: real timers. */
  readonly schedule?: Schedule
  /** Monotonic time in milliseconds. Default: `performance.now`. */
  readonly now?: () => number
  /** Milliseconds since the epoch, for messages that say as of when the served objects are. Default: `Date.now`. */
  readonly wallClock?: () => number
  /** From 0 to 1, for jitter. Default: `Math.random`. */
  readonly random?: () => number
}

const minSilenceLimitMs = 90_000
/** Many references at once must not become a burst at the API server. */
const maxConcurrentLists = 16
/** What came from the API server is worked on so long before others get their turn; one object more may be begun. */
const turnBudgetMs = 2

/**
 * A source of the objects in a cluster.
 *
 * `start` waits as long as it takes: whatever the API server answers is tried again, with `onProblem` telling why, until
 * `close` makes it reject. Once live, the last known objects are served while the API server is away. Secrets and
 * ConfigMaps are read by name only, when they are followed. Each watch uses one connection.
 */
export function clusterSource(options: ClusterSourceOptions): ObjectSource {
  const schedule = options.schedule ?? timerSchedule
  const now = options.now ?? ((): number => performance.now())
  const mergers = objectMergers()
  let own: ClusterApi | undefined
  let mains: readonly Mirrored[] = []
  let phase: 'new' | 'starting' | 'live' | 'closed' = 'new'
  let whenReady: (() => void) | undefined
  let giveUp: ((error: WatchError) => void) | undefined

  const changed = (): void => {
    if (phase === 'starting') {
      publisher.report(problems())
      if (mains.every(({ mirror }) => mirror.listed()) && references.settled()) whenReady?.()
    }
    if (phase === 'live') publisher.changed()
  }
  const maxReferences = options.maxReferences ?? 1000
  const references: ReferenceReflectors = referenceReflectors(maxReferences, changed)
  const mirrorsOf = (kind: WatchedKind): readonly Reflector[] => [
    ...mains.filter(main => main.kind === kind).map(main => main.mirror),
    ...references.ofKind(kind),
  ]
  const problems = (): readonly SourceProblem[] => [
    ...watchedKinds.flatMap(mirrorsOf).flatMap(mirror => mirror.problems()),
    ...(references.leftOut() > 0 ? [tooManyReferences(references.leftOut(), maxReferences)] : []),
  ]
  const publisher = snapshotPublisher({
    publishIntervalMs: options.publishIntervalMs ?? 50,
    schedule,
    onProblem: options.onProblem,
    build: extra => ({
      objects: objectMaps(kind => mergers[kind](mirrorsOf(kind).map(mirror => mirror.objects()))),
      problems: [...problems(), ...extra],
      fileOf: () => undefined,
    }),
  })

  return {
    start: async listener => {
      if (phase === 'closed') throw closedError()
      if (phase !== 'new') throw new WatchError('already-started', 'this cluster source was started already')
      phase = 'starting'
      const api = 'request' in options.cluster ? options.cluster : (own = clusterApi(options.cluster))
      const context: ReflectorContext = {
        api,
        schedule,
        now,
        wallClock: options.wallClock ?? Date.now,
        random: options.random ?? Math.random,
        silenceLimitMs: Math.max(options.silenceLimitMs ?? 120_000, minSilenceLimitMs),
        gate: concurrencyGate(maxConcurrentLists),
        turns: workTurns({ now, budgetMs: turnBudgetMs }),
        watchLists: watchListSupport(),
        changed,
      }
      return new Promise<ObjectSnapshot>((resolve, reject) => {
        giveUp = reject
        whenReady = () => {
          phase = 'live'
          resolve(publisher.open(listener))
        }
        references.start(context)
        mains = startMains(options.namespaces, context)
      })
    },
    follow: next => {
      if (phase !== 'closed') references.follow(next)
    },
    settled: () => references.settled(),
    health: () => watchedKinds.flatMap(mirrorsOf).map(mirror => mirror.health()),
    close: async () => {
      const wasStarting = phase === 'starting'
      phase = 'closed'
      publisher.close()
      if (wasStarting) giveUp?.(closedError())
      const mirrors = mains.map(({ mirror }) => mirror.close())
      await Promise.all([...mirrors, references.close(), own?.close()])
    },
  }
}

interface Mirrored {
  readonly kind: WatchedKind
  readonly mirror: Reflector
}

function startMains(namespaces: readonly string[] | undefined, context: ReflectorContext): readonly Mirrored[] {
  return watchedKinds
    .map(kind => watchedResources[kind])
    .filter(resource => resource.read === 'all')
    .flatMap(resource => {
      const places: readonly (string | undefined)[] =
        namespaces === undefined || resource.scope === 'cluster' ? [undefined] : [...new Set(namespaces)]
      return places.map(namespace => ({
        kind: resource.kind,
        mirror: reflector({ resource, namespace, name: undefined }, context),
      }))
    })
}

function objectMergers(): Readonly<Record<WatchedKind, ReturnType<typeof mapMerger>>> {
  return {
    Ingress: mapMerger(),
    IngressClass: mapMerger(),
    Service: mapMerger(),
    EndpointSlice: mapMerger(),
    Secret: mapMerger(),
    ConfigMap: mapMerger(),
  }
}

function closedError(): WatchError {
  return new WatchError('closed', 'the cluster source was closed before its first snapshot')
}

function tooManyReferences(leftOut: number, max: number): SourceProblem {
  const message = `${leftOut} Secrets or ConfigMaps beyond the first ${max} that objects name are not read; name fewer, or watch fewer namespaces`
  return { severity: 'error', reason: 'TooManyReferences', message }
}
