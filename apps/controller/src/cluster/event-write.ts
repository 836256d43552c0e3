import type { ApiAnswer, ApiCall, ApiFailure } from '@ingresskit/kubernetes-watch'
import { eventBody, eventName, type EventSource, timestamp } from './event-body.ts'
import type { ObjectEvent } from './event-of-problem.ts'

/** An Event and how often it came about since it was last written. */
export interface EventWrite {
  readonly event: ObjectEvent
  readonly occurrences: number
  /** Milliseconds since the epoch, of the first and last of them. */
  readonly firstMs: number
  readonly lastMs: number
  /** Its count as it was last written; `undefined`: not by us, so far as we know. */
  readonly knownCount: number | undefined
}

/** What became of it. */
export type EventWritten =
  | { readonly kind: 'written'; readonly count: number }
  | Extract<ApiAnswer, { readonly kind: 'failed' }>

/** Asks the API server; never rejects. */
export type AskEvents = (call: Omit<ApiCall, 'signal'>) => Promise<ApiAnswer>

/**
 * Creates the Event, or counts up the one that exists: Events go after an hour (the API server's `--event-ttl`), and the one before
 * may be another replica's. One request in the usual case, at most six.
 *
 * Only create and patch are used, so that no right to read Events is needed: the count of an Event that somebody else wrote is in
 * the answer to a patch of its time.
 */
export async function writeEvent(write: EventWrite, source: EventSource, ask: AskEvents): Promise<EventWritten> {
  const first = await createOrPatch(write, source, ask)
  if (first.kind !== 'gone') return first
  // It went between two requests, or since it was last written: begin anew, once.
  const second = await createOrPatch({ ...write, knownCount: undefined }, source, ask)
  return second.kind === 'gone' ? { kind: 'failed', failure: second.failure } : second
}

/** `gone`: there was no such Event to be patched. */
type Attempt = EventWritten | { readonly kind: 'gone'; readonly failure: ApiFailure }

async function createOrPatch(write: EventWrite, source: EventSource, ask: AskEvents): Promise<Attempt> {
  const { event, occurrences, firstMs, lastMs } = write
  const events = `/api/v1/namespaces/${encodeURIComponent(event.object.namespace)}/events`
  const path = `${events}/${encodeURIComponent(eventName(event, source.component))}`
  const patch = (body: Readonly<Record<string, unknown>>): Promise<ApiAnswer> =>
    ask({ method: 'PATCH', path, body, contentType: 'application/merge-patch+json' })
  const lastTimestamp = timestamp(lastMs)

  let known = write.knownCount
  if (known === undefined) {
    const body = eventBody(event, source, { count: occurrences, firstMs, lastMs })
    const created = await ask({ method: 'POST', path: events, body })
    if (created.kind === 'ok') return { kind: 'written', count: occurrences }
    if (created.failure.status !== 409) return created
    const touched = await patch({ lastTimestamp })
    if (touched.kind === 'failed') return failedPatch(touched.failure)
    known = countOf(touched.object)
  }
  const count = Math.min(known + occurrences, maxCount)
  const counted = await patch({ count, lastTimestamp, message: event.message })
  return counted.kind === 'ok' ? { kind: 'written', count } : failedPatch(counted.failure)
}

const maxCount = 2 ** 31 - 1 // `count` is an int32.

function countOf({ count }: { readonly count?: unknown }): number {
  return typeof count === 'number' && Number.isSafeInteger(count) && count > 0 ? count : 1
}

function failedPatch(failure: ApiFailure): Attempt {
  return { kind: failure.status === 404 ? 'gone' : 'failed', failure }
}
