import type { ClusterApi, Schedule } from '@ingresskit/kubernetes-watch'
import type { Problem } from '../problem.ts'
import { eventAggregation } from './event-aggregation.ts'
import { type EventChange, eventChanges, type ObjectOf } from './event-changes.ts'
import { type ObjectEvent, resolvedEvent, warningEvent } from './event-of-problem.ts'
import { eventRateLimit } from './event-rate-limit.ts'
import { type EventSender, eventSender, maxQueuedEvents } from './event-sender.ts'

/** What a recorder works with. */
export interface EventRecorderOptions {
  readonly api: ClusterApi
  /** Milliseconds since the epoch, for the times in Events. */
  readonly now: () => number
  /** Milliseconds that never go back, for limits and waits. */
  readonly monotonicMs: () => number
  readonly schedule: Schedule
  /** 0 to below 1; spreads retries. */
  readonly random: () => number
  /** This replica: `reportingInstance` of the Events, and `host` of their source. */
  readonly instance: string
  /** Default `ingresskit`. Part of the names of the Events: two controllers in one cluster need two. */
  readonly component?: string
  /** Told in one sentence when Events cannot be written, and not again until one was. */
  readonly onFailure: (message: string) => void
}

/** Tells people what is wrong with their objects. */
export interface EventRecorder {
  /**
   * The problems that stand now, all of them, and how to find their objects. Only keeps them: they are looked at once a second at
   * most, and Events are written after that.
   *
   * `objectOf` is asked then, about this state, and should know every object there is, those of other classes included: a problem
   * whose object it does not find is not told, and not resolved either.
   */
  update(problems: readonly Problem[], objectOf: ObjectOf): void
  /**
   * Resolves once everything is told or given up, and no recovery waits for its five seconds; at once when closed. That may take as
   * long as the API server refuses or is away.
   */
  settled(): Promise<void>
  /** How often something was not told because of a limit or a failure, since the start. */
  dropped(): number
  /** Final and idempotent: no request begins after it was called, and the one under way may take two seconds. */
  close(): Promise<void>
}

const defaultComponent = 'ingresskit'
const lookIntervalMs = 1000
/** Problems that are back within this time were never away. */
const settleMs = 5000

/**
 * Writes Kubernetes Events (core/v1): a Warning for each problem that names an object in a namespace and for each new message of it,
 * and a Normal one, `Resolved`, when it is over. Only the leader should have a recorder.
 *
 * - Nothing else is told: no `Sync` whenever an Ingress is served or read anew, as ingress-nginx has it, which says nothing and
 *   pushes the Events that do out of sight.
 * - Names are made of what an Event says, so that a new leader, who tells every problem that stands, counts up the Events of the
 *   one before. A recovery in between is not told.
 * - Ten and more similar ones become one (`eventAggregation`), there are limits for each object (`eventRateLimit`) and for requests
 *   (100, then 10 a second), and 1000 Events wait at most: what is beyond is counted in `dropped`, the oldest first.
 * - Memory: what the last update held, besides maps of 4096 entries each. Never throws.
 */
export function eventRecorder(options: EventRecorderOptions): EventRecorder {
  const { monotonicMs, schedule, component = defaultComponent, instance } = options
  const changes = eventChanges({ settleMs })
  const rateLimit = eventRateLimit()
  const aggregation = eventAggregation()
  const waiting = new Set<() => void>()
  let latest: { readonly problems: readonly Problem[]; readonly objectOf: ObjectOf } | undefined
  /** The next look at the latest problems. */
  let planned: { readonly atMs: number; readonly cancel: () => void } | undefined
  let refused = 0
  let closed = false

  const isSettled = (): boolean => closed || (planned === undefined && sender.idle())
  const checkSettled = (): void => {
    if (!isSettled()) return
    for (const resolve of waiting) resolve()
    waiting.clear()
  }
  const sender: EventSender = eventSender({ ...options, source: { component, instance }, onIdle: checkSettled })

  const lookIn = (delayMs: number): void => {
    const atMs = monotonicMs() + delayMs
    if (planned !== undefined && planned.atMs <= atMs) return
    planned?.cancel()
    planned = { atMs, cancel: schedule(delayMs, look) }
  }
  const look = (): void => {
    planned = undefined
    if (closed || latest === undefined) return
    const nowMs = monotonicMs()
    const events: ObjectEvent[] = []
    for (const change of changes.compare(latest.problems, latest.objectOf, nowMs)) {
      // More than can wait need not be made; making them would hold up the traffic.
      const event = events.length < maxQueuedEvents ? eventOf(change, sender) : 'too many'
      if (event === undefined) continue
      if (event === 'too many' || rateLimit.take(event, nowMs) === 'refused') {
        refused += 1
        continue
      }
      change.standing.told = true
      events.push(aggregation.aggregate(event, nowMs))
    }
    const dueAtMs = changes.dueAtMs()
    if (dueAtMs !== undefined) lookIn(Math.max(lookIntervalMs, dueAtMs - nowMs))
    sender.add(events)
  }

  return {
    update: (problems, objectOf) => {
      if (closed) return
      latest = { problems, objectOf }
      lookIn(lookIntervalMs)
    },
    settled: () =>
      isSettled()
        ? Promise.resolve()
        : new Promise(resolve => {
            waiting.add(resolve)
          }),
    dropped: () => refused + sender.dropped(),
    close: async () => {
      closed = true
      planned?.cancel()
      checkSettled()
      await sender.close()
    },
  }
}

/** What is told of a change; `undefined` when there is nothing to tell. What waits and is no longer true is taken back. */
function eventOf(change: EventChange, sender: EventSender): ObjectEvent | undefined {
  const { standing } = change
  const { problem, target, messages } = standing
  if (change.kind === 'appeared') {
    sender.withdraw(resolvedEvent(change.problem, target))
    return warningEvent(change.problem, target)
  }
  if (!standing.told) return undefined
  const warnings = [...messages.keys()].map(message => warningEvent({ ...problem, message }, target))
  const untold = warnings.filter(warning => sender.withdraw(warning) === 'withdrawn')
  return untold.length === warnings.length ? undefined : resolvedEvent(problem, target)
}
