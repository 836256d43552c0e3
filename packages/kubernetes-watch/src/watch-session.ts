// One watch request, from its start to its end.
import type { ClusterApi } from './cluster-api.ts'
import { type ApiFailure, failureOf, failureOfError, type WatchTarget } from './api-failure.ts'
import type { MalformedObject } from './arriving-object.ts'
import { readLines } from './body-reader.ts'
import { resourcePath } from './resource-path.ts'
import { type Deadline, deadline, type Schedule } from './schedule.ts'
import { type ObjectEvent, readWatchLine } from './watch-line.ts'
import type { WorkTurns } from './work-turns.ts'

/** How the watch is made, and what is told while it goes on. */
export interface WatchSessionOptions {
  /** The version after which it begins; `undefined`: with initial events, which tell everything there is. */
  readonly from: string | undefined
  readonly timeoutSeconds: number
  /** A watch that sends nothing for so long is given up; bookmarks come about once a minute. */
  readonly silenceLimitMs: number
  readonly schedule: Schedule
  readonly turns: WorkTurns
  readonly signal: AbortSignal
  /** Asked now and then: when to end so that everything is read again; `undefined` = go on. */
  readonly rereadAfterMs: () => number | undefined
  /** The server accepted the watch. */
  readonly onOpen: () => void
  /** Bytes came. */
  readonly onHeard: () => void
  /** What is in the initial events, bit by bit. */
  readonly onInitialEvents: (events: readonly ObjectEvent[]) => void
  /** The initial events were all there is, at this version. */
  readonly onInitialEventsEnd: (resourceVersion: string | undefined) => void
  /** Changes that arrived together, and the version from which a later watch may go on, if it moved. */
  readonly onProgress: (events: readonly ObjectEvent[], resourceVersion: string | undefined) => void
  /** A line that could not be read; the watch goes on. */
  readonly onMalformed: (item: MalformedObject) => void
}

/** Why the watch is over. */
export type WatchEnd =
  /** The server ended it, as it does when the time asked for is over. */
  | { readonly kind: 'ended' }
  /** It sent nothing for too long. */
  | { readonly kind: 'silent' }
  /** It is time to read everything again. */
  | { readonly kind: 'reread' }
  /** The server won't send initial events: it said so, or went on as if it had not been asked. */
  | { readonly kind: 'refused' | 'ignored' }
  /** The resourceVersion is too old: everything must be read again. */
  | { readonly kind: 'expired' }
  /**
   * It could not begin or go on. `resume`: the place in the history is still good. `list`: it may not be, so everything
   * must be read again.
   */
  | { readonly kind: 'failed'; readonly failure: ApiFailure; readonly next: 'resume' | 'list' }

/** Objects are at most 1.5 MiB in etcd (its default); this leaves room for what JSON adds. */
const maxLineBytes = 16 * 1024 * 1024
/** Initial events come without pause; a server that knows of watch-lists ends them with a bookmark. */
const initialSilenceMs = 10_000

interface Deadlines {
  readonly silence: Deadline
  readonly initial: Deadline
  readonly reread: Deadline
}

/** Watches until it ends for any reason; never rejects. */
export async function watchSession(
  api: ClusterApi,
  target: WatchTarget,
  options: WatchSessionOptions,
): Promise<WatchEnd> {
  const { signal, schedule, silenceLimitMs } = options
  const request = new AbortController()
  let decided: WatchEnd | undefined
  const endAs = (kind: 'silent' | 'ignored' | 'reread') => () => {
    decided ??= { kind }
    request.abort()
  }
  const deadlines = {
    silence: deadline(schedule, endAs('silent')),
    initial: deadline(schedule, endAs('ignored')),
    reread: deadline(schedule, endAs('reread')),
  }
  const stop = (): void => request.abort()
  deadlines.silence.set(silenceLimitMs)
  signal.addEventListener('abort', stop)
  if (signal.aborted) stop()
  try {
    const end = await follow(api, target, { ...options, signal: request.signal, deadlines })
    return decided ?? end
  } catch (error) {
    return decided ?? { kind: 'failed', failure: failureOfError(error), next: 'resume' }
  } finally {
    for (const each of Object.values(deadlines)) each.clear()
    signal.removeEventListener('abort', stop)
    // Whatever is left of the answer is not wanted any more.
    request.abort()
  }
}

async function follow(
  api: ClusterApi,
  target: WatchTarget,
  options: WatchSessionOptions & { readonly deadlines: Deadlines },
): Promise<WatchEnd> {
  const { from, signal, deadlines, silenceLimitMs } = options
  const path = resourcePath(target, {
    watch: 'true',
    allowWatchBookmarks: 'true',
    timeoutSeconds: String(options.timeoutSeconds),
    ...(from === undefined
      ? { sendInitialEvents: 'true', resourceVersionMatch: 'NotOlderThan' }
      : { resourceVersion: from }),
  })
  const response = await api.request({ method: 'GET', path, signal, bodyTimeoutMs: 0 })
  if (response.status !== 200) {
    const failure = await failureOf(response)
    // Without the feature gate WatchList: 422; before Kubernetes 1.27, which had no such parameters, too.
    if (from === undefined && (failure.status === 400 || failure.status === 422)) return { kind: 'refused' }
    return endOf(failure, isPassing(failure) ? 'resume' : 'list')
  }
  options.onOpen()
  const reader = lineReader(target, options)
  reader.opened()
  for await (const lines of readLines(response.body, maxLineBytes)) {
    if (signal.aborted) break
    deadlines.silence.set(silenceLimitMs)
    options.onHeard()
    const end = await reader.read(lines)
    if (end) return end
  }
  return { kind: 'ended' }
}

/** Reads line after line, and hands over what they say whenever others get their turn. */
function lineReader(
  target: WatchTarget,
  options: WatchSessionOptions & { readonly deadlines: Deadlines },
): { opened(): void; read(lines: readonly string[]): Promise<WatchEnd | undefined> } {
  const { signal, turns, deadlines } = options
  let isInitial = options.from === undefined
  let hasNewInitial = false
  let isRereadSet = false
  let events: ObjectEvent[] = []
  let version: string | undefined

  const handOver = (): void => {
    if (events.length === 0 && version === undefined) return
    if (isInitial) options.onInitialEvents(events)
    else options.onProgress(events, version)
    events = []
    version = undefined
  }
  const setReread = (): void => {
    const afterMs = options.rereadAfterMs()
    if (isInitial || isRereadSet || afterMs === undefined) return
    isRereadSet = true
    deadlines.reread.set(afterMs)
  }
  const take = (line: string): WatchEnd | undefined => {
    const read = readWatchLine(line, target.resource)
    switch (read.kind) {
      case 'error':
        return endOf(read.failure, 'list')
      case 'malformed':
        options.onMalformed(read)
        return undefined
      case 'event':
        events.push(read.event)
        version = isInitial ? undefined : (read.event.object.metadata.resourceVersion ?? version)
        hasNewInitial ||= isInitial && read.isAdded
        return undefined
      case 'bookmark':
        if (!isInitial) {
          version = read.resourceVersion ?? version
          return undefined
        }
        // A server that knows of watch-lists sends no other bookmark before this one.
        if (!read.endsInitialEvents) return { kind: 'ignored' }
        handOver()
        isInitial = false
        deadlines.initial.clear()
        options.onInitialEventsEnd(read.resourceVersion)
        return undefined
    }
  }
  return {
    opened: () => {
      if (isInitial) deadlines.initial.set(initialSilenceMs)
      setReread()
    },
    read: async lines => {
      let end: WatchEnd | undefined
      for (const line of lines) {
        const turn = turns.next()
        if (turn) {
          handOver()
          await turn
        }
        if (signal.aborted) return { kind: 'ended' }
        end = take(line)
        if (end) break
      }
      handOver()
      if (isInitial && hasNewInitial) deadlines.initial.set(initialSilenceMs)
      hasNewInitial = false
      setReread()
      return end
    },
  }
}

function endOf(failure: ApiFailure, next: 'resume' | 'list'): WatchEnd {
  return failure.status === 410 ? { kind: 'expired' } : { kind: 'failed', failure, next }
}

/** Whether the refusal says nothing about the resourceVersion that was asked for. */
function isPassing({ status }: ApiFailure): boolean {
  return status === 401 || status === 403 || status === 429 || status >= 500
}
