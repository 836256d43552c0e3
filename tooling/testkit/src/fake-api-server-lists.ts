// Answers lists, in pages when a limit is given, as the recordings show: items carry no kind and apiVersion.
import { type StatusAnswer, writeStatus, writeText } from './fake-api-server-answers.ts'
import { continueToken, readContinueToken } from './fake-api-server-continue.ts'
import { itemJsonOf } from './fake-api-server-json.ts'
import { listOptionsOf } from './fake-api-server-list-options.ts'
import type { ResourcePath } from './fake-api-server-resources.ts'
import { selectionOf } from './fake-api-server-selectors.ts'
import { continueTooOld, tooLarge } from './fake-api-server-statuses.ts'
import { type FakeStore, keyOf, type StoredObject } from './fake-api-server-store.ts'
import type { AnswerStream } from './fake-api-server-stream.ts'

/** Answers list requests. */
export interface FakeLists {
  list(path: ResourcePath, query: URLSearchParams, stream: AnswerStream): void
  /** Makes every continue token handed out so far too old (410). */
  expireTokens(): void
}

/** A list as it was when its first page was read, and how far it was sent. */
interface ListState {
  readonly version: number
  readonly items: readonly StoredObject[]
  readonly at: number
  readonly isFiltered: boolean
}

/** Tokens whose state is remembered; older ones are too old. */
const maxTokens = 1000

/** Lists over a store; the rest of a list is kept as it was when its first page was read. */
export function fakeLists(store: FakeStore): FakeLists {
  const rests = new Map<string, ListState>()

  const remember = (token: string, state: ListState): void => {
    const [oldest] = rests.keys()
    if (oldest !== undefined && rests.size >= maxTokens) rests.delete(oldest)
    rests.set(token, state)
  }
  const stateOf = (path: ResourcePath, query: URLSearchParams): ListState | StatusAnswer => {
    const options = listOptionsOf(query, { verb: 'list', watchList: false })
    if (options.kind === 'refused') return options.answer
    const selection = selectionOf(path, query)
    if (selection.kind === 'bad') return { code: 400, message: selection.message }
    const current = store.version()
    const { resourceVersion = 0, isExact, token } = options
    const present = { version: current, at: 0, isFiltered: selection.isFiltered }
    if (token === '') {
      if (resourceVersion > current) return tooLarge(resourceVersion, current)
      // Older states can't be listed: only what is current is kept.
      if (isExact && resourceVersion < current)
        return { code: 410, message: 'The resourceVersion for the provided list is too old.' }
      return { ...present, items: store.list(path.resource.kind).filter(selection.selects) }
    }
    const place = readContinueToken(token)
    if (place.kind === 'bad') return { code: 400, message: place.message }
    const rest = rests.get(token)
    if (rest) return rest
    if (place.version !== -1) return continueTooOld(continueToken(-1, place.start))
    const after = store.list(path.resource.kind).filter(object => keyOf(object) >= place.start)
    return { ...present, items: after.filter(selection.selects) }
  }

  return {
    expireTokens: () => rests.clear(),
    list: (path, query, stream) => {
      const state = stateOf(path, query)
      if ('code' in state) return writeStatus(stream, state)
      // A list at "whatever is at hand" comes from the watch cache, which knows no pages.
      const limit = query.get('resourceVersion') === '0' ? 0 : Number(query.get('limit') ?? 0)
      const end = limit > 0 ? Math.min(state.at + limit, state.items.length) : state.items.length
      const left = state.items.length - end
      const last = state.items[end - 1]
      let paging = {}
      if (left > 0 && last) {
        const token = continueToken(state.version, `${keyOf(last)}\0`)
        remember(token, { ...state, at: end })
        paging = { continue: token, ...(state.isFiltered ? {} : { remainingItemCount: left }) }
      }
      const { kind, apiVersion } = path.resource
      const metadata = { resourceVersion: String(state.version), ...paging }
      const head = JSON.stringify({ kind: `${kind}List`, apiVersion, metadata }).slice(0, -1)
      const items = state.items.slice(state.at, end).map(itemJsonOf)
      return writeText(stream, `${head},"items":[${items.join(',')}]}`, { code: 200 })
    },
  }
}
