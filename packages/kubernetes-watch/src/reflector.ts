// Mirrors one resource of the API server: lists it, watches it, and goes on whatever happens.
import type { ClusterApi } from './cluster-api.ts'
import { type ApiFailure, watchFailed, type WatchTarget } from './api-failure.ts'
import { backoff } from './backoff.ts'
import type { ConcurrencyGate } from './concurrency-gate.ts'
import { listPages } from './list-pages.ts'
import { objectCache } from './object-cache.ts'
import type { ObjectMap } from './object-maps.ts'
import type { SourceProblem } from './object-source.ts'
import { pause, type Schedule } from './schedule.ts'
import { type WatchEnd, watchSession } from './watch-session.ts'

/** What reflectors of one source have in common. */
export interface ReflectorContext {
  readonly api: ClusterApi
  readonly schedule: Schedule
  /** Monotonic, in milliseconds. */
  readonly now: () => number
  readonly random: () => number
  readonly silenceLimitMs: number
  /** Lists go through it. */
  readonly gate: ConcurrencyGate
  /** Objects, problem or `lookedUp` changed. */
  readonly changed: () => void
}

/** A running mirror. */
export interface Reflector {
  /** As last known; the same map until something changes. */
  objects(): ObjectMap
  /** Whether it was listed at least once, or reading it was forbidden, so that waiting on is no use. */
  lookedUp(): boolean
  /** Whether it was listed at least once. */
  listed(): boolean
  /** What is wrong now. */
  problem(): SourceProblem | undefined
  /** Final; resolves when its requests are over. */
  close(): Promise<void>
}

/** A watch that lived so long was healthy: the next attempt does not wait, and delays begin anew. */
const healthyAfterMs = 10_000

/** client-go asks for 5 to 10 minutes at random, so that watches don't all end together. */
const watchSeconds = { min: 300, spread: 300 } as const

/** Starts to mirror the target at once. */
export function reflector(target: WatchTarget, context: ReflectorContext): Reflector {
  const { api, schedule, now, random, silenceLimitMs, gate, changed } = context
  const stop = new AbortController()
  const { signal } = stop
  const cache = objectCache()
  const delays = backoff(random)
  let listed = false
  let forbidden = false
  let problem: SourceProblem | undefined
  /** Where the next watch begins; `undefined` = list first. */
  let version: string | undefined

  const setProblem = (next: SourceProblem | undefined): void => {
    if (signal.aborted || problem?.message === next?.message) return
    problem = next
    changed()
  }
  const fail = (verb: 'list' | 'watch', failure: ApiFailure): void => {
    forbidden ||= failure.status === 403
    setProblem(watchFailed(target, verb, failure))
  }
  const list = async (): Promise<number> => {
    const result = await gate(() => listPages(api, target, signal))
    if (signal.aborted) return 0
    if (result.kind === 'failed') {
      fail('list', result.failure)
      return Math.max(delays.next(), result.failure.retryAfterMs ?? 0)
    }
    const before = cache.objects()
    cache.replace(result.objects)
    version = result.resourceVersion
    const news = !listed || before.size > 0 || result.objects.length > 0
    listed = true
    if (news) changed()
    return 0
  }
  const watch = async (resourceVersion: string): Promise<number> => {
    let openedAt: number | undefined
    const end = await watchSession(api, target, {
      resourceVersion,
      timeoutSeconds: Math.floor(watchSeconds.min + watchSeconds.spread * random()),
      silenceLimitMs,
      schedule,
      signal,
      onOpen: () => {
        openedAt = now()
        setProblem(undefined)
      },
      onProgress: (events, next) => {
        if (signal.aborted) return
        version = next
        if (cache.apply(events) === 'changed') changed()
      },
    })
    if (signal.aborted) return 0
    const healthy = openedAt !== undefined && now() - openedAt >= healthyAfterMs
    if (healthy) delays.reset()
    const asked = afterwards(end)
    return Math.max(healthy ? 0 : delays.next(), asked)
  }
  /** Takes note of why a watch ended; answers how long the server asked to be left alone, in milliseconds. */
  const afterwards = (end: WatchEnd): number => {
    if (end.kind === 'expired') version = undefined
    if (end.kind !== 'failed') return 0
    if (end.next === 'list') version = undefined
    fail('watch', end.failure)
    return end.failure.retryAfterMs ?? 0
  }
  const run = async (): Promise<void> => {
    while (!signal.aborted) {
      const delayMs = version === undefined ? await list() : await watch(version)
      if (delayMs > 0) await pause(schedule, delayMs, signal)
    }
  }
  const running = run()

  return {
    objects: () => cache.objects(),
    lookedUp: () => listed || forbidden,
    listed: () => listed,
    problem: () => problem,
    close: async () => {
      stop.abort()
      await running
    },
  }
}
