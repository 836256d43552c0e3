// Leader election over a Lease, with client-go's semantics: the I/O around lease-state.ts.
import type { ClusterApi, Schedule } from '@ingresskit/kubernetes-watch'
import { claimedLease, type LeaseRecord } from './lease-record.ts'
import { type LeaseAnswer, leaseRequests } from './lease-requests.ts'
import {
  claimed,
  defaultLeaseDurations,
  initialLeaseState,
  type LeaseDurations,
  leads,
  nextStep,
  observed,
  resigned,
} from './lease-state.ts'

/** What an election needs. */
export interface ElectionOptions {
  readonly api: ClusterApi
  readonly namespace: string
  /** Of the Lease, which is created when it's missing. */
  readonly name: string
  /** Unique among all replicas, also those of the past. */
  readonly identity: string
  /** Wall clock in milliseconds since the epoch; only written for people to read. */
  readonly now: () => number
  /** A clock that never jumps; all decisions are made by it. */
  readonly monotonicMs: () => number
  readonly schedule: Schedule
  /** In [0, 1). */
  readonly random: () => number
  /** After each change of the role or the holder; `undefined`: nobody holds the Lease, as far as this replica has seen. */
  readonly onChange: (role: 'leader' | 'follower', holder: string | undefined) => void
  /** Told once until it changes or was overcome; names the Lease and the remedy. Attempts go on for ever. */
  readonly onFailure: (message: string) => void
  /** What was told to `onFailure` is overcome. Default: nobody is told. */
  readonly onRecovered?: () => void
  /** Default 15, 10 and 2 s. */
  readonly durations?: LeaseDurations
}

/** A running election. */
export interface Election {
  /** At this very moment: right even when the process was stopped and no timer has run yet. */
  role(): 'leader' | 'follower'
  /** Who held the Lease when it was last seen; `undefined` when nobody did, or it was never seen. */
  holder(): string | undefined
  /** How often the Lease has changed hands, as it says itself; 0 before it was seen. */
  transitions(): number
  /** What stands in the way now, as told to `onFailure`; `undefined` when the last attempt went well. */
  failure(): string | undefined
  /**
   * Stops leading at once (`onChange` is called), then gives the Lease back if it may be held, for 3 s at most. No request is
   * made after it resolved. Never rejects; further calls answer the same promise.
   */
  close(): Promise<void>
}

/** Others may be many: they must not come at the same moment. Part of the retry period. */
const retryJitter = 0.2
/** So that a leader whose connection is stuck has time for a second attempt before its deadline. */
const requestShare = 0.4
const releaseTimeoutMs = 3_000
/** Each lost race means that another write succeeded; an own renewal that was under way loses us at most one. */
const maxReleaseAttempts = 3

/** Starts with an attempt at once. Costs one request per retry period while nothing changes. */
export function startElection(options: ElectionOptions): Election {
  const { identity, now, monotonicMs, schedule, random, onChange, onFailure } = options
  const { durations = defaultLeaseDurations } = options
  const requests = leaseRequests(options.api, options, {
    schedule,
    timeoutMs: durations.renewDeadlineMs * requestShare,
  })
  const stop = new AbortController()
  let state = initialLeaseState
  let shown: { readonly role: 'leader' | 'follower'; readonly holder: string | undefined } = {
    role: 'follower',
    holder: undefined,
  }
  let told: string | undefined
  let writing: 'idle' | 'in-flight' = 'idle'
  let closed: Promise<void> | undefined
  let cancelNext = (): void => undefined
  let cancelDeadline = (): void => undefined

  const record = (): LeaseRecord | undefined =>
    state.lease === undefined || state.lease === 'absent' ? undefined : state.lease
  const role = (): 'leader' | 'follower' => (leads(state, monotonicMs()) ? 'leader' : 'follower')

  const become = (next: typeof state): void => {
    state = next
    cancelDeadline()
    const nowMs = monotonicMs()
    if (leads(state, nowMs)) cancelDeadline = schedule(state.leadsUntilMs - nowMs, () => become(state))
    const current = { role: role(), holder: record()?.holder }
    if (current.role === shown.role && current.holder === shown.holder) return
    shown = current
    onChange(shown.role, shown.holder)
  }

  const report = (failure: string | undefined): void => {
    const before = told
    told = failure
    if (failure !== undefined && failure !== before) onFailure(failure)
    if (failure === undefined && before !== undefined) options.onRecovered?.()
  }

  const write = async (from: LeaseRecord | undefined): Promise<LeaseAnswer> => {
    const body = claimedLease(from, options, { holder: identity, durationMs: durations.leaseMs, nowMs: now() })
    const sentAtMs = monotonicMs()
    writing = 'in-flight'
    const answer = await (from === undefined ? requests.create(body, stop.signal) : requests.update(body, stop.signal))
    if (closed) return answer
    writing = 'idle'
    if (answer.kind === 'lease') become(claimed(answer.lease, sentAtMs, durations))
    return answer
  }

  const tryOnce = async (): Promise<Outcome> => {
    const held = record()
    if (held && role() === 'leader') {
      const answer = await write(held)
      if (answer.kind !== 'conflict' || closed) return outcomeOf(answer)
    }
    const seen = await requests.read(stop.signal)
    if (closed || seen.kind === 'failed' || seen.kind === 'conflict') return outcomeOf(seen)
    const lease = seen.kind === 'lease' ? seen.lease : 'absent'
    become(observed(state, lease, { identity, durations, nowMs: monotonicMs() }))
    const step = nextStep(state, identity, monotonicMs())
    if (step.kind === 'wait') return { failure: undefined, retryAfterMs: undefined, waitUntilMs: step.untilMs }
    return outcomeOf(await write(step.kind === 'claim' ? step.from : undefined))
  }

  const attempt = async (): Promise<void> => {
    const outcome = await tryOnce()
    if (closed) return
    report(outcome.failure)
    cancelNext = schedule(delayMs(outcome), () => {
      running = attempt()
    })
  }

  const delayMs = ({ retryAfterMs, waitUntilMs }: Outcome): number => {
    // A leader renews without jitter, as client-go. Whoever waits comes when the holder's time is over, not a period later.
    if (role() === 'leader')
      return Math.max(durations.retryMs, Math.min(retryAfterMs ?? 0, durations.renewDeadlineMs / 2))
    const jitterMs = durations.retryMs * retryJitter * random()
    const untilFreeMs = waitUntilMs === undefined ? Infinity : Math.max(0, waitUntilMs - monotonicMs())
    return Math.max(Math.min(durations.retryMs, untilFreeMs), Math.min(retryAfterMs ?? 0, durations.leaseMs)) + jitterMs
  }

  const release = async (signal: AbortSignal): Promise<LeaseAnswer | undefined> => {
    let from = writing === 'idle' ? record() : undefined
    for (let left = maxReleaseAttempts; left > 0 && !signal.aborted; left -= 1) {
      if (!from) {
        const seen = await requests.read(signal)
        if (seen.kind !== 'lease') return seen
        from = seen.lease
      }
      if (from.holder !== identity) return undefined
      // As client-go: an empty holder and the shortest duration there is, so that the next one need not wait.
      const body = claimedLease(from, options, { holder: '', durationMs: 1_000, nowMs: now() })
      const answer = await requests.update(body, signal)
      if (answer.kind !== 'conflict') return answer
      from = undefined
    }
    return undefined
  }

  const end = async (): Promise<void> => {
    cancelNext()
    const mayHold = writing === 'in-flight' || record()?.holder === identity
    become(resigned(state))
    stop.abort()
    await running
    if (!mayHold) return
    const bound = new AbortController()
    const cancelBound = schedule(releaseTimeoutMs, () => bound.abort(new Error('no answer in time')))
    const answer = await release(bound.signal)
    cancelBound()
    if (answer?.kind === 'failed') report(`${answer.message} (to give it back; another replica takes it later)`)
  }

  let running = attempt()
  return {
    role,
    holder: () => record()?.holder,
    transitions: () => record()?.transitions ?? 0,
    failure: () => told,
    close: () => {
      if (closed) return closed
      const { promise, resolve } = Promise.withResolvers<void>()
      closed = promise
      void end().then(resolve)
      return promise
    },
  }
}

interface Outcome {
  readonly failure: string | undefined
  readonly retryAfterMs: number | undefined
  /** When somebody else holds it: until when at least. */
  readonly waitUntilMs?: number
}

function outcomeOf(answer: LeaseAnswer): Outcome {
  return answer.kind === 'failed'
    ? { failure: answer.message, retryAfterMs: answer.retryAfterMs }
    : { failure: undefined, retryAfterMs: undefined }
}
