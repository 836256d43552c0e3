import { type ApiAnswer, callApi, type ClusterApi, type Schedule } from '@ingresskit/kubernetes-watch'
import { eventIdentity, eventName, type EventSource } from './event-body.ts'
import { eventFailure, eventFailureMessage, eventRetryDelayMs, forbiddenMs } from './event-failure.ts'
import { eventMemory } from './event-memory.ts'
import type { ObjectEvent } from './event-of-problem.ts'
import { eventQueue, type QueuedEvent } from './event-queue.ts'
import { tokenBucket } from './event-token-bucket.ts'
import { type AskEvents, type EventWritten, writeEvent } from './event-write.ts'

/** What a sender works with. */
export interface EventSenderOptions {
  readonly api: ClusterApi
  readonly source: EventSource
  /** Milliseconds since the epoch. */
  readonly now: () => number
  /** Milliseconds that never go back. */
  readonly monotonicMs: () => number
  readonly schedule: Schedule
  /** 0 to below 1. */
  readonly random: () => number
  /** Told once when writing begins to fail, and not again until it succeeded. */
  readonly onFailure: (message: string) => void
  /** Called when nothing waits any more and nothing is under way. */
  readonly onIdle: () => void
}

/** Writes Events one after the other, the newest first, no faster than an API server should be asked. */
export interface EventSender {
  /** Queues them. One that waits already is written once, with a higher count. */
  add(events: readonly ObjectEvent[]): void
  /** Takes an Event back; `too-late` when it does not wait. */
  withdraw(event: ObjectEvent): 'withdrawn' | 'too-late'
  /** Whether nothing waits and nothing is under way. */
  idle(): boolean
  /** Occurrences that were given up so far. */
  dropped(): number
  /** No request begins after it was called; the one under way may take two seconds. */
  close(): Promise<void>
}

/** As many wait as client-go's broadcaster holds (`maxQueuedEvents`). */
export const maxQueuedEvents = 1000
/** 100 requests at once, then 10 a second. */
const requestLimit = { burst: 100, refillMs: 100 }
/** As client-go (`maxTriesPerEvent`). */
const maxTries = 12
const requestTimeoutMs = 10_000
const closeTimeoutMs = 2000

/** An idle sender. */
export function eventSender(options: EventSenderOptions): EventSender {
  return new Sender(options)
}

class Sender implements EventSender {
  readonly #options: EventSenderOptions
  readonly #requests = tokenBucket(requestLimit)
  /** How often each Event was told when it was last written, by name. */
  readonly #counts = eventMemory<number>()
  /** Until when each namespace in which we may not write is left alone. */
  readonly #forbidden = eventMemory<number>()
  readonly #closing = new AbortController()
  readonly #queue = eventQueue(maxQueuedEvents, item => this.#drop(item))
  #underWay: { readonly key: string; readonly done: Promise<void> } | undefined
  #isWithdrawn = false
  #cancelWait: (() => void) | undefined
  /** In a row, of all Events. */
  #failures = 0
  #resumeAtMs = -Infinity
  #dropped = 0
  #isClosed = false

  constructor(options: EventSenderOptions) {
    this.#options = options
  }

  add(events: readonly ObjectEvent[]): void {
    const nowMs = this.#options.now()
    const batch = new Map<string, QueuedEvent>()
    for (const event of events) {
      const key = this.#keyOf(event)
      const occurrences = (batch.get(key)?.occurrences ?? 0) + 1
      batch.set(key, { key, event, occurrences, firstMs: nowMs, lastMs: nowMs, tries: 0 })
    }
    // The newest is taken first, and what is told at one time is told in its order.
    for (const item of [...batch.values()].reverse()) this.#queue.add(item)
    this.#pump()
  }

  withdraw(event: ObjectEvent): 'withdrawn' | 'too-late' {
    const key = this.#keyOf(event)
    if (this.#underWay?.key === key) this.#isWithdrawn = true
    return this.#queue.delete(key) ? 'withdrawn' : 'too-late'
  }

  idle(): boolean {
    return this.#queue.size() === 0 && this.#underWay === undefined
  }

  dropped(): number {
    return this.#dropped
  }

  async close(): Promise<void> {
    this.#isClosed = true
    this.#cancelWait?.()
    this.#queue.clear()
    const cancel = this.#options.schedule(closeTimeoutMs, () => this.#closing.abort())
    await this.#underWay?.done
    cancel()
  }

  /** Sends the next one, or waits until it may be sent. */
  #pump(): void {
    this.#cancelWait?.()
    this.#cancelWait = undefined
    if (this.#isClosed || this.#underWay !== undefined) return
    const nowMs = this.#options.monotonicMs()
    const delayMs = this.#delayMs(nowMs)
    if (delayMs === undefined) this.#options.onIdle()
    else if (delayMs > 0) this.#cancelWait = this.#options.schedule(delayMs, () => this.#pump())
    else {
      const item = this.#queue.take(({ event }) => this.#allowedAtMs(event) <= nowMs)
      this.#isWithdrawn = false
      if (item !== undefined) this.#underWay = { key: item.key, done: this.#send(item) }
    }
  }

  /** Until something may be sent; `undefined`: nothing waits. */
  #delayMs(nowMs: number): number | undefined {
    let allowedAtMs = Infinity
    for (const { event } of this.#queue.items()) allowedAtMs = Math.min(allowedAtMs, this.#allowedAtMs(event))
    if (allowedAtMs === Infinity) return undefined
    return Math.max(0, allowedAtMs - nowMs, this.#resumeAtMs - nowMs, this.#requests.waitMs(nowMs))
  }

  #allowedAtMs({ object }: ObjectEvent): number {
    return this.#forbidden.get(object.namespace) ?? -Infinity
  }

  async #send(item: QueuedEvent): Promise<void> {
    const { source } = this.#options
    const { namespace } = item.event.object
    const name = eventName(item.event, source.component)
    const write = { ...item, knownCount: this.#counts.get(name) }
    const written = await writeEvent(write, source, call => this.#ask(call))
    if (written.kind === 'written') {
      this.#counts.set(name, written.count)
      this.#forbidden.delete(namespace)
      this.#failures = 0
    } else if (!this.#isClosed) {
      this.#counts.delete(name)
      this.#failed(item, written)
    }
    this.#underWay = undefined
    this.#pump()
  }

  #failed(item: QueuedEvent, { failure }: Extract<EventWritten, { kind: 'failed' }>): void {
    const { monotonicMs, random, onFailure } = this.#options
    const what = eventFailure(failure)
    if (what === 'namespace-gone') return this.#drop(item)
    if (what === 'forbidden') {
      if (this.#forbidden.size === 0) onFailure(eventFailureMessage(what, item.event, failure))
      this.#forbidden.set(item.event.object.namespace, monotonicMs() + forbiddenMs)
      return this.#putBack(item)
    }
    if (this.#failures === 0) onFailure(eventFailureMessage(what, item.event, failure))
    this.#failures += 1
    if (what === 'refused') return this.#drop(item)
    const delayMs = Math.max(failure.retryAfterMs ?? 0, eventRetryDelayMs(this.#failures, random))
    this.#resumeAtMs = monotonicMs() + delayMs
    return item.tries + 1 < maxTries ? this.#putBack({ ...item, tries: item.tries + 1 }) : this.#drop(item)
  }

  #putBack(item: QueuedEvent): void {
    if (!this.#isWithdrawn) this.#queue.putBack(item)
  }

  #drop({ occurrences }: QueuedEvent): void {
    this.#dropped += occurrences
  }

  /** One request, counted against the limit. */
  async #ask(call: Parameters<AskEvents>[0]): Promise<ApiAnswer> {
    const { api, monotonicMs, schedule } = this.#options
    if (this.#isClosed) return closedAnswer
    this.#requests.owe(monotonicMs())
    const timeout = new AbortController()
    const cancel = schedule(requestTimeoutMs, () => timeout.abort(new Error('no answer for 10 s')))
    const answer = await callApi(api, { ...call, signal: AbortSignal.any([timeout.signal, this.#closing.signal]) })
    cancel()
    return answer
  }

  #keyOf(event: ObjectEvent): string {
    return eventIdentity(event, this.#options.source.component)
  }
}

const closedAnswer: ApiAnswer = {
  kind: 'failed',
  failure: { status: 0, message: 'closed', retryAfterMs: undefined },
}
