// Answers watches: chunked JSON lines, held open until the client leaves, `timeoutSeconds` is over or a test cuts them.
import type { ServerResponse } from 'node:http'
import { statusObject } from './fake-api-server-answers.ts'
import { selects } from './fake-api-server-lists.ts'
import type { ResourcePath } from './fake-api-server-resources.ts'
import type { FakeEvent, FakeStore, StoredObject } from './fake-api-server-store.ts'

/** Answers watch requests and lets a test disturb those that are open. */
export interface FakeWatches {
  open(path: ResourcePath, query: URLSearchParams, response: ServerResponse): void
  /** Hands an event to the watches that select it. */
  publish(event: FakeEvent): void
  /** How many watches are open, of one resource or of all. */
  count(plural?: string): number
  /** Sends text as it is to the open watches of a resource; answers to how many. */
  sendRaw(plural: string, text: string): number
  /** Ends the open watches; answers how many. */
  cut(plural: string | undefined, mode: 'end' | 'reset'): number
}

interface OpenWatch {
  readonly path: ResourcePath
  readonly query: URLSearchParams
  readonly response: ServerResponse
}

/** Watches over a store; `changed` is called when one was opened or closed. */
export function fakeWatches(store: FakeStore, changed: () => void): FakeWatches {
  const watches = new Set<OpenWatch>()
  const of = (plural: string | undefined): OpenWatch[] =>
    [...watches].filter(({ path }) => plural === undefined || path.resource.plural === plural)

  return {
    open: (path, query, response) => {
      response.writeHead(200, { 'Cache-Control': 'no-cache, private', 'Content-Type': 'application/json' })
      response.flushHeaders()
      const first = firstLines(store, path, query)
      for (const line of first.lines) response.write(line)
      if (first.kind === 'expired') {
        response.end()
        return
      }
      const watch: OpenWatch = { path, query, response }
      watches.add(watch)
      const timeoutSeconds = Number(query.get('timeoutSeconds') ?? 0)
      const timer = timeoutSeconds > 0 ? setTimeout(() => response.end(), timeoutSeconds * 1000) : undefined
      response.on('close', () => {
        clearTimeout(timer)
        watches.delete(watch)
        changed()
      })
      changed()
    },
    publish: event => {
      for (const { path, query, response } of of(event.plural)) {
        if (selects(path, query, event.object)) response.write(line(event.type, event.object))
      }
    },
    count: plural => of(plural).length,
    sendRaw: (plural, text) => {
      const open = of(plural)
      for (const { response } of open) response.write(text)
      return open.length
    },
    cut: (plural, mode) => {
      const open = of(plural)
      for (const watch of open) {
        watches.delete(watch)
        if (mode === 'reset') watch.response.socket?.resetAndDestroy()
        else watch.response.end()
      }
      return open.length
    },
  }
}

/** One line of a watch: an event with its object. */
function line(type: string, object: unknown): string {
  return `${JSON.stringify({ type, object })}\n`
}

/** A BOOKMARK line for a resource. */
export function bookmarkLine(path: { readonly kind: string; readonly apiVersion: string }, version: number): string {
  const metadata = { resourceVersion: String(version) }
  return line('BOOKMARK', { kind: path.kind, apiVersion: path.apiVersion, metadata })
}

function firstLines(
  store: FakeStore,
  path: ResourcePath,
  query: URLSearchParams,
): { readonly kind: 'open' | 'expired'; readonly lines: readonly string[] } {
  const from = query.get('resourceVersion') ?? ''
  const wanted = (object: StoredObject): boolean => selects(path, query, object)
  if (from === '' || from === '0') {
    const lines = store
      .list(path.resource.kind)
      .filter(wanted)
      .map(object => line('ADDED', object))
    if (query.get('sendInitialEvents') !== 'true') return { kind: 'open', lines }
    const annotations = { 'k8s.io/initial-events-end': 'true' }
    const metadata = { resourceVersion: String(store.version()), annotations }
    const { kind, apiVersion } = path.resource
    return { kind: 'open', lines: [...lines, line('BOOKMARK', { kind, apiVersion, metadata })] }
  }
  const events = store.eventsAfter(Number(from))
  if (events === 'expired') {
    const message = `too old resource version: ${from} (${store.version()})`
    return { kind: 'expired', lines: [line('ERROR', statusObject({ code: 410, message }))] }
  }
  const missed = events.filter(event => event.plural === path.resource.plural && wanted(event.object))
  return { kind: 'open', lines: missed.map(event => line(event.type, event.object)) }
}
