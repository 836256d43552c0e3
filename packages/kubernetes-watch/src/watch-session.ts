// One watch request, from its start to its end.
import type { ClusterApi } from './cluster-api.ts'
import { type ApiFailure, failureOf, failureOfError, failureOfStatus, type WatchTarget } from './api-failure.ts'
import { arrivingObject } from './arriving-object.ts'
import { readLines } from './body-reader.ts'
import type { KubernetesObject } from './kubernetes-object.ts'
import { resourcePath } from './resource-path.ts'
import type { Schedule } from './schedule.ts'

/** A change to one object. */
export interface ObjectEvent {
  readonly kind: 'put' | 'delete'
  readonly object: KubernetesObject
}

/** What is told while the watch goes on. */
export interface WatchSessionOptions {
  readonly resourceVersion: string
  readonly timeoutSeconds: number
  /** A watch that sends nothing for so long is given up; bookmarks come about once a minute. */
  readonly silenceLimitMs: number
  readonly schedule: Schedule
  readonly signal: AbortSignal
  /** The server accepted the watch. */
  readonly onOpen: () => void
  /** Changes that arrived together, and the resourceVersion from which a later watch may go on. */
  readonly onProgress: (events: readonly ObjectEvent[], resourceVersion: string) => void
}

/** Why the watch is over. */
export type WatchEnd =
  /** The server ended it, as it does when the time asked for is over; or it was silent for too long. */
  | { readonly kind: 'ended' }
  /** The resourceVersion is too old: everything must be listed again. */
  | { readonly kind: 'expired' }
  /**
   * It could not begin or go on. `resume`: the place in the history is still good. `list`: it may not be, or an event was
   * lost, so everything must be listed again.
   */
  | { readonly kind: 'failed'; readonly failure: ApiFailure; readonly next: 'resume' | 'list' }

/** Objects are at most 1.5 MiB in etcd (its default); this leaves room for what JSON adds. */
const maxLineBytes = 16 * 1024 * 1024

/** Watches until it ends for any reason; never rejects. */
export async function watchSession(
  api: ClusterApi,
  target: WatchTarget,
  options: WatchSessionOptions,
): Promise<WatchEnd> {
  const { signal, schedule, silenceLimitMs } = options
  const request = new AbortController()
  let silent = false
  const giveUp = (): void => {
    silent = true
    request.abort()
  }
  const stop = (): void => request.abort()
  let cancelSilence = schedule(silenceLimitMs, giveUp)
  signal.addEventListener('abort', stop)
  if (signal.aborted) stop()
  const heard = (): void => {
    cancelSilence()
    cancelSilence = schedule(silenceLimitMs, giveUp)
  }
  try {
    return await follow(api, target, { ...options, signal: request.signal, heard })
  } catch (error) {
    return silent ? { kind: 'ended' } : { kind: 'failed', failure: failureOfError(error), next: 'resume' }
  } finally {
    cancelSilence()
    signal.removeEventListener('abort', stop)
    // Whatever is left of the answer is not wanted any more.
    request.abort()
  }
}

async function follow(
  api: ClusterApi,
  target: WatchTarget,
  options: WatchSessionOptions & { readonly heard: () => void },
): Promise<WatchEnd> {
  const { signal, heard, onOpen, onProgress } = options
  let { resourceVersion } = options
  const path = resourcePath(target, {
    watch: 'true',
    allowWatchBookmarks: 'true',
    resourceVersion,
    timeoutSeconds: String(options.timeoutSeconds),
  })
  const response = await api.request({ method: 'GET', path, signal, bodyTimeoutMs: 0 })
  if (response.status !== 200) {
    const failure = await failureOf(response)
    return endOf(failure, isPassing(failure) ? 'resume' : 'list')
  }
  onOpen()
  for await (const lines of readLines(response.body, maxLineBytes)) {
    if (signal.aborted) break
    heard()
    const events: ObjectEvent[] = []
    let end: WatchEnd | undefined
    for (const line of lines) {
      const read = readEvent(line, target)
      if (read.kind === 'end') {
        end = read.end
        break
      }
      resourceVersion = read.resourceVersion ?? resourceVersion
      if (read.event) events.push(read.event)
    }
    if (lines.length > 0) onProgress(events, resourceVersion)
    if (end) return end
  }
  return { kind: 'ended' }
}

function endOf(failure: ApiFailure, next: 'resume' | 'list'): WatchEnd {
  return failure.status === 410 ? { kind: 'expired' } : { kind: 'failed', failure, next }
}

/** Whether the refusal says nothing about the resourceVersion that was asked for. */
function isPassing({ status }: ApiFailure): boolean {
  return status === 401 || status === 403 || status === 429 || status >= 500
}

type ReadEvent =
  | { readonly kind: 'read'; readonly event: ObjectEvent | undefined; readonly resourceVersion: string | undefined }
  | { readonly kind: 'end'; readonly end: WatchEnd }

function readEvent(line: string, target: WatchTarget): ReadEvent {
  let parsed: { readonly type?: unknown; readonly object?: unknown } | null
  try {
    parsed = JSON.parse(line) as typeof parsed
  } catch {
    return malformed('a line that is no JSON')
  }
  const type = parsed?.type
  const object = parsed?.object
  switch (type) {
    case 'ERROR':
      return { kind: 'end', end: endOf(failureOfStatus(object), 'list') }
    case 'BOOKMARK': {
      const { metadata } = (object ?? {}) as { readonly metadata?: { readonly resourceVersion?: string } }
      return { kind: 'read', event: undefined, resourceVersion: metadata?.resourceVersion }
    }
    case 'ADDED':
    case 'MODIFIED':
    case 'DELETED': {
      const arrived = arrivingObject(object, target.resource)
      if (!arrived) return malformed('an object without a name')
      const event: ObjectEvent = { kind: type === 'DELETED' ? 'delete' : 'put', object: arrived }
      return { kind: 'read', event, resourceVersion: arrived.metadata.resourceVersion }
    }
    default:
      return malformed('an event of an unknown type')
  }
}

function malformed(what: string): ReadEvent {
  const failure = { status: 0, message: `the API server sent ${what}`, retryAfterMs: undefined }
  return { kind: 'end', end: { kind: 'failed', failure, next: 'list' } }
}
