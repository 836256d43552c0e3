// Mirrors one resource of the API server: reads it, watches it, and goes on whatever happens.
import type { ClusterApi } from './cluster-api.ts'
import { type ApiFailure, failureOfError, type WatchTarget } from './api-failure.ts'
import type { MalformedObject } from './arriving-object.ts'
import { backoff } from './backoff.ts'
import type { ConcurrencyGate } from './concurrency-gate.ts'
import { listPages } from './list-pages.ts'
import { malformedFinds } from './malformed-finds.ts'
import { objectCache, type StagedObjects } from './object-cache.ts'
import type { ObjectMap } from './object-maps.ts'
import type { SourceProblem } from './object-source.ts'
import { type ReadHealth, readRecord } from './read-health.ts'
import { malformedAnswer, watchFailed } from './read-problems.ts'
import { pause, type Schedule } from './schedule.ts'
import type { WatchListSupport } from './watch-list-support.ts'
import { type WatchEnd, watchSession } from './watch-session.ts'
import type { WorkTurns } from './work-turns.ts'

/** What reflectors of one source have in common. */
export interface ReflectorContext {
  readonly api: ClusterApi
  readonly schedule: Schedule
  /** Monotonic, in milliseconds. */
  readonly now: () => number
  /** Milliseconds since the epoch. */
  readonly wallClock: () => number
  readonly random: () => number
  readonly silenceLimitMs: number
  /** Whatever reads everything goes through it. */
  readonly gate: ConcurrencyGate
  readonly turns: WorkTurns
  readonly watchLists: WatchListSupport
  /** Objects, problems or `lookedUp` changed. */
  readonly changed: () => void
}

/** A running mirror. */
export interface Reflector {
  /** As last known; the same map until something changes. */
  objects(): ObjectMap
  /** Whether it was read at least once, or waiting for that is no use: it is forbidden, or failed several times. */
  lookedUp(): boolean
  /** Whether it was read at least once. */
  listed(): boolean
  /** What is wrong now. */
  problems(): readonly SourceProblem[]
  health(): ReadHealth
  /** Final; resolves when its requests are over. */
  close(): Promise<void>
}

/** Nobody who is overloaded is spared by waiting longer for a server that does not answer, or says itself how long. */
const impatientMs = 5_000
/** After so many failures nobody waits for a Secret any more: one that cannot be read must not keep all others from being served. */
const hopelessFailures = 3
/** Reading everything anew costs the server something, so not at once again. */
const readRestMs = 10_000
/** A watch that lived so long was healthy: the next attempt does not wait, and delays begin anew. */
const healthyAfterMs = 10_000
/** client-go asks for 5 to 10 minutes at random, so that watches don't all end together. */
const watchSeconds = { min: 300, spread: 300 } as const
/** After so many initial events that did not end, pages are read: something on the way may not let them pass. */
const maxBrokenReads = 3
/** A place in the history whose watch is silent so often may be in a future that never comes, e.g. after a restore. */
const maxSilentWatches = 2

/** Starts to mirror the target at once. */
export function reflector(target: WatchTarget, context: ReflectorContext): Reflector {
  const { api, schedule, now, random, silenceLimitMs, gate, turns, watchLists, changed } = context
  const stop = new AbortController()
  const { signal } = stop
  const cache = objectCache()
  const delays = backoff(random)
  const record = readRecord(context)
  const finds = malformedFinds(random)
  let listed = false
  let forbidden = false
  let failures = 0
  let failed: SourceProblem | undefined
  /** When everything was read last. */
  let readAt: number | undefined
  /** Where the next watch begins; `undefined` = read everything first. */
  let version: string | undefined
  let brokenReads = 0
  let silentWatches = 0

  const setFailed = (next: SourceProblem | undefined): void => {
    if (signal.aborted || failed?.message === next?.message) return
    failed = next
    changed()
  }
  const fail = (verb: 'list' | 'watch', failure: ApiFailure): void => {
    forbidden ||= failure.status === 403
    failures += 1
    record.count('failures')
    const served = { asOf: record.servedAsOf(), before: silentWatches > 0 ? 'silence' : 'cut' } as const
    setFailed(watchFailed(target, { verb, failure, served }))
    if (failures === hopelessFailures && !listed && !signal.aborted) changed()
  }
  const foundMalformed = (item: MalformedObject, staged: StagedObjects | undefined): void => {
    record.count('malformed')
    finds.found(item)
    if (item.name === undefined) return
    staged?.keep(item.namespace === undefined ? item.name : `${item.namespace}/${item.name}`)
  }
  const begin = (): StagedObjects => {
    finds.readingBegins()
    return cache.stage()
  }
  const takeOver = (staged: StagedObjects, resourceVersion: string | undefined): void => {
    version = resourceVersion
    const malformedBefore = finds.items()
    finds.readingEnds()
    record.count('lists')
    record.heard('current')
    readAt = now()
    brokenReads = 0
    const isFirst = !listed
    listed = true
    const news = staged.commit() === 'changed' || isFirst || malformedBefore.length + finds.items().length > 0
    if (news && !signal.aborted) changed()
  }
  /** How long to leave the server alone, in milliseconds. */
  const delayAfter = ({ status, retryAfterMs }: ApiFailure): number =>
    Math.max(delays.next(status === 0 || retryAfterMs !== undefined ? impatientMs : undefined), retryAfterMs ?? 0)
  const list = async (): Promise<number> => {
    const result = await gate(() =>
      listPages(api, target, {
        signal,
        turns,
        stage: begin,
        onHeard: () => record.heard('partial'),
        onMalformed: foundMalformed,
      }),
    )
    if (signal.aborted) return 0
    if (result.kind === 'failed') {
      fail('list', result.failure)
      return delayAfter(result.failure)
    }
    takeOver(result.staged, result.resourceVersion)
    return 0
  }
  const watch = async (from: string | undefined): Promise<number> => {
    let openedAt: number | undefined
    const synced = Promise.withResolvers<void>()
    let staged = from === undefined ? begin() : undefined
    const start = (): Promise<WatchEnd> =>
      watchSession(api, target, {
        from,
        timeoutSeconds: Math.floor(watchSeconds.min + watchSeconds.spread * random()),
        silenceLimitMs,
        schedule,
        turns,
        signal,
        rereadAfterMs: () => finds.rereadAfterMs(),
        onOpen: () => {
          openedAt = now()
          record.count('watches')
          record.heard(staged ? 'partial' : 'current')
          if (!staged) setFailed(undefined)
        },
        onHeard: () => {
          silentWatches = 0
          record.heard(staged ? 'partial' : 'current')
        },
        onInitialEvents: events => staged?.apply(events),
        onInitialEventsEnd: resourceVersion => {
          if (signal.aborted || !staged) return
          watchLists.worked()
          const all = staged
          staged = undefined
          const wasFailing = failed !== undefined
          failed = undefined
          takeOver(all, resourceVersion)
          if (wasFailing) changed()
          synced.resolve()
        },
        onProgress: (events, next) => {
          if (signal.aborted) return
          version = next ?? version
          if (cache.apply(events) === 'changed') changed()
        },
        onMalformed: item => {
          foundMalformed(item, staged)
          if (!staged) changed()
        },
      })
    let session: Promise<WatchEnd> | undefined
    if (from === undefined) {
      // The gate is left when the initial events are over, whether or not they came to their end.
      await gate(() => {
        session = start()
        return Promise.race([synced.promise, session])
      })
    }
    const end = await (session ?? start())
    if (signal.aborted) return 0
    if (staged && end.kind !== 'refused') brokenReads += 1
    const healthy = openedAt !== undefined && now() - openedAt >= healthyAfterMs
    if (healthy) delays.reset()
    afterwards(end)
    if (end.kind === 'failed') return healthy ? (end.failure.retryAfterMs ?? 0) : delayAfter(end.failure)
    const rested = end.kind === 'expired' && (readAt === undefined || now() - readAt >= readRestMs)
    const goesOn = end.kind === 'reread' || end.kind === 'refused' || (end.kind === 'ignored' && !watchLists.isWanted())
    return goesOn || rested || healthy ? 0 : delays.next()
  }
  /** Takes note of why a watch ended. */
  const afterwards = (end: WatchEnd): void => {
    switch (end.kind) {
      case 'ended':
        return
      case 'silent':
        record.count('failures')
        silentWatches += 1
        if (silentWatches >= maxSilentWatches) version = undefined
        return
      case 'reread':
      case 'expired':
        version = undefined
        return
      case 'refused':
        watchLists.refused()
        return
      case 'ignored':
        watchLists.ignored()
        if (watchLists.isWanted()) fail('watch', failureOfError('its initial events did not end'))
        return
      case 'failed':
        if (end.next === 'list') version = undefined
        fail('watch', end.failure)
        return
    }
  }
  const run = async (): Promise<void> => {
    while (!signal.aborted) {
      const isPaged = !watchLists.isWanted() || brokenReads >= maxBrokenReads
      const delayMs = version === undefined && isPaged ? await list() : await watch(version)
      if (delayMs > 0) await pause(schedule, delayMs, signal)
    }
  }
  const running = run()

  return {
    objects: () => cache.objects(),
    lookedUp: () => listed || forbidden || failures >= hopelessFailures,
    listed: () => listed,
    problems: () => [...(failed ? [failed] : []), ...finds.items().map(item => malformedAnswer(target, item))],
    health: () => record.health(target, failed ? 'failing' : version === undefined ? 'listing' : 'watching'),
    close: async () => {
      stop.abort()
      await running
    },
  }
}
