// Answers watches: chunked JSON lines, held open until the client leaves, `timeoutSeconds` is over or a test cuts them.
import { statusObject, writeStatus } from './fake-api-server-answers.ts'
import { bookmarkLine, initialEventsEndLine, watchLine } from './fake-api-server-bookmarks.ts'
import { jsonOf } from './fake-api-server-json.ts'
import { listOptionsOf } from './fake-api-server-list-options.ts'
import type { FakeResource, ResourcePath } from './fake-api-server-resources.ts'
import type { FakeSchedule } from './fake-api-server-schedule.ts'
import { selectionOf } from './fake-api-server-selectors.ts'
import { tooOld } from './fake-api-server-statuses.ts'
import type { FakeEvent, FakeStore, StoredObject } from './fake-api-server-store.ts'
import type { AnswerStream, CutMode } from './fake-api-server-stream.ts'

/** Answers watch requests and lets a test disturb those that are open. */
export interface FakeWatches {
  open(path: ResourcePath, query: URLSearchParams, stream: AnswerStream): void
  /** Hands an event to the watches that select it: O(watches of that resource). */
  publish(event: FakeEvent): void
  /** How many watches are open, of one resource or of all. */
  count(plural?: string): number
  /** Sends a bookmark to the open watches of a resource that allow them; answers how many. */
  bookmark(plural: string): number
  /** Sends text as it is to the open watches of a resource; answers to how many. */
  sendRaw(plural: string, text: string): number
  /** Sends events again, in this order, to the open watches of their resource that select them. */
  sendAgain(events: readonly FakeEvent[]): void
  /** Ends the open watches, of one resource or of all; answers how many. */
  cut(plural: string | undefined, mode: CutMode): number
}

/** What a server does of its own accord. */
export interface FakeWatchesOptions {
  readonly schedule: FakeSchedule
  readonly bookmarkIntervalMs: number
  /** Whether `sendInitialEvents` is known. */
  readonly watchList: boolean
}

interface OpenWatch {
  readonly resource: FakeResource
  readonly selects: (object: StoredObject) => boolean
  readonly stream: AnswerStream
  readonly allowBookmarks: boolean
  /** Events up to this version are not sent. */
  readonly from: number
}

/** Before the end of a watch its client is told how far it came (Kubernetes apiserver, cacher: 2 s). */
const lastBookmarkMs = 2000
/** Watches that are shorter end without it, as recorded. */
const shortWatchMs = 5000
/** Objects that are written at once when a watch begins. */
const objectsPerWrite = 100

/** Watches over a store; `changed` is called when one was opened or closed. */
export function fakeWatches(store: FakeStore, options: FakeWatchesOptions, changed: () => void): FakeWatches {
  const byPlural = new Map<string, Set<OpenWatch>>()
  /** Watches that are told the end of their beginning when the store has come to a version. */
  const beginning = new Map<OpenWatch, number>()
  const of = (plural: string | undefined): readonly OpenWatch[] =>
    plural === undefined ? [...byPlural.values()].flatMap(each => [...each]) : [...(byPlural.get(plural) ?? [])]

  const sendBookmark = (watch: OpenWatch): void => {
    if (watch.allowBookmarks) watch.stream.write(bookmarkLine(watch.resource, store.version()))
  }
  const endBeginnings = (): void => {
    for (const [watch, atVersion] of beginning) {
      if (store.version() < atVersion) continue
      beginning.delete(watch)
      watch.stream.write(initialEventsEndLine(watch.resource, store.version()))
    }
  }
  const send = (event: FakeEvent, watches: Iterable<OpenWatch>): void => {
    const json = jsonOf(event.object)
    for (const watch of watches) {
      const type = event.resourceVersion > watch.from ? typeFor(event, watch.selects) : undefined
      if (type !== undefined) watch.stream.write(watchLine(type, json))
    }
  }

  return {
    open: (path, query, stream) => {
      const asked = listOptionsOf(query, { verb: 'watch', watchList: options.watchList })
      if (asked.kind === 'refused') return writeStatus(stream, asked.answer)
      const selection = selectionOf(path, query)
      if (selection.kind === 'bad') return writeStatus(stream, { code: 400, message: selection.message })
      stream.head(200, { 'Cache-Control': 'no-cache, private', 'Content-Type': 'application/json' })

      const { resource } = path
      const { resourceVersion = 0, allowBookmarks, sendInitialEvents, timeoutSeconds } = asked
      const startsWithState = resourceVersion === 0 || sendInitialEvents
      const watch: OpenWatch = {
        resource,
        selects: selection.selects,
        stream,
        allowBookmarks,
        from: startsWithState ? 0 : resourceVersion,
      }
      if (startsWithState) {
        const objects = store.list(resource.kind).filter(watch.selects)
        for (let at = 0; at < objects.length; at += objectsPerWrite) {
          const some = objects.slice(at, at + objectsPerWrite)
          stream.write(some.map(object => watchLine('ADDED', jsonOf(object))).join(''))
        }
        if (allowBookmarks) beginning.set(watch, resourceVersion)
        endBeginnings()
      } else {
        const missed = store.eventsAfter(resourceVersion)
        if (missed === 'expired') {
          const status = statusObject(tooOld(resourceVersion, store.version()))
          stream.write(watchLine('ERROR', JSON.stringify(status)))
          return stream.end()
        }
        for (const event of missed) if (event.plural === resource.plural) send(event, [watch])
      }

      const watches = byPlural.get(resource.plural) ?? new Set()
      byPlural.set(resource.plural, watches.add(watch))
      const cancel = watchTimes(options, {
        timeoutMs: timeoutSeconds === undefined ? undefined : timeoutSeconds * 1000,
        bookmark: () => sendBookmark(watch),
        end: () => stream.end(),
      })
      stream.onClose(() => {
        cancel()
        watches.delete(watch)
        beginning.delete(watch)
        changed()
      })
      changed()
    },
    publish: event => {
      const watches = byPlural.get(event.plural)
      if (watches && watches.size > 0) send(event, watches)
      endBeginnings()
    },
    count: plural => (plural === undefined ? of(undefined).length : (byPlural.get(plural)?.size ?? 0)),
    bookmark: plural => {
      const watches = of(plural).filter(watch => watch.allowBookmarks)
      for (const watch of watches) sendBookmark(watch)
      return watches.length
    },
    sendRaw: (plural, text) => {
      const watches = of(plural)
      for (const { stream } of watches) stream.write(text)
      return watches.length
    },
    sendAgain: events => {
      for (const event of events) send(event, of(event.plural))
    },
    cut: (plural, mode) => {
      const watches = of(plural)
      for (const watch of watches) {
        byPlural.get(watch.resource.plural)?.delete(watch)
        watch.stream.cut(mode)
      }
      return watches.length
    },
  }
}

/** What the event is to a watch: an object that begins or ceases to be selected is added or deleted. */
function typeFor(event: FakeEvent, selects: OpenWatch['selects']): FakeEvent['type'] | undefined {
  const isSelected = event.type !== 'DELETED' && selects(event.object)
  const wasSelected = event.previous !== undefined && selects(event.previous)
  if (isSelected) return wasSelected ? 'MODIFIED' : 'ADDED'
  return wasSelected ? 'DELETED' : undefined
}

interface WatchTimes {
  readonly timeoutMs: number | undefined
  readonly bookmark: () => void
  readonly end: () => void
}

/** Bookmarks from time to time and shortly before the end, and the end; answers how to cancel all of it. */
function watchTimes({ schedule, bookmarkIntervalMs }: FakeWatchesOptions, times: WatchTimes): () => void {
  const { timeoutMs, bookmark, end } = times
  const cancels = new Map<'interval' | 'last' | 'end', () => void>()
  const again = (): void => {
    const cancel = schedule(bookmarkIntervalMs, () => {
      bookmark()
      again()
    })
    cancels.set('interval', cancel)
  }
  again()
  if (timeoutMs !== undefined) {
    if (timeoutMs > shortWatchMs) cancels.set('last', schedule(timeoutMs - lastBookmarkMs, bookmark))
    cancels.set('end', schedule(timeoutMs, end))
  }
  return () => {
    for (const cancel of cancels.values()) cancel()
  }
}
