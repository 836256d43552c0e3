// Lists a resource page by page, for API servers without watch-lists.
import type { ClusterApi } from './cluster-api.ts'
import { type ApiFailure, failureOf, failureOfError, type WatchTarget } from './api-failure.ts'
import { arrivingObject, type MalformedObject } from './arriving-object.ts'
import { readBytes } from './body-reader.ts'
import type { StagedObjects } from './object-cache.ts'
import { firstPageSize, nextPageSize } from './page-size.ts'
import { resourcePath } from './resource-path.ts'
import type { WorkTurns } from './work-turns.ts'

/** What goes on while a list is read. */
export interface ListOptions {
  readonly signal: AbortSignal
  readonly turns: WorkTurns
  /** Begins a list; asked for again when it must begin anew. */
  readonly stage: () => StagedObjects
  /** A page came. */
  readonly onHeard: () => void
  /** An item that is no object; the others are taken. */
  readonly onMalformed: (item: MalformedObject, staged: StagedObjects) => void
}

/** All objects of a target at one resourceVersion, or why not. */
export type ListResult =
  | { readonly kind: 'listed'; readonly staged: StagedObjects; readonly resourceVersion: string }
  | { readonly kind: 'failed'; readonly failure: ApiFailure }

/** Bounds a server that never stops sending continue tokens: ten thousand pages of 1 MiB. */
const maxPages = 10_000
const maxPageBytes = 256 * 1024 * 1024
const bodyTimeoutMs = 30_000

/**
 * Lists everything, in pages of about 1 MiB. When a continue token is too old (410) or refused (400), begins again
 * without pages, as client-go's pager does: a list that takes longer than the server keeps its history would never end
 * otherwise. That one page is parsed in one go, whatever its size.
 */
export async function listPages(api: ClusterApi, target: WatchTarget, options: ListOptions): Promise<ListResult> {
  const paged = await listWith(api, target, { ...options, paging: 'pages' })
  const { signal } = options
  return paged.kind === 'token-refused' && !signal.aborted
    ? afterwards(await listWith(api, target, { ...options, paging: 'whole' }))
    : afterwards(paged)
}

type Listing = ListResult | { readonly kind: 'token-refused'; readonly failure: ApiFailure }

function afterwards(listing: Listing): ListResult {
  return listing.kind === 'token-refused' ? { kind: 'failed', failure: listing.failure } : listing
}

async function listWith(
  api: ClusterApi,
  target: WatchTarget,
  options: ListOptions & { readonly paging: 'pages' | 'whole' },
): Promise<Listing> {
  const { signal, turns, stage, paging, onHeard, onMalformed } = options
  const staged = stage()
  let token: string | undefined
  let limit = firstPageSize
  for (let count = 0; count < maxPages; count += 1) {
    const parameters = {
      ...(paging === 'pages' ? { limit: String(limit) } : {}),
      ...(token === undefined ? {} : { continue: token }),
    }
    const page = await readPage(api, { path: resourcePath(target, parameters), signal, turns })
    if (page.kind === 'failed') {
      const isRefused = page.failure.status === 410 || (page.failure.status === 400 && token !== undefined)
      return isRefused && paging === 'pages' ? { ...page, kind: 'token-refused' } : page
    }
    onHeard()
    for (const item of page.items) {
      const turn = turns.next()
      if (turn) await turn
      const arrived = arrivingObject(item, target.resource)
      if (arrived.kind === 'malformed') onMalformed(arrived, staged)
      else staged.apply([{ kind: 'put', object: arrived.object }])
    }
    limit = nextPageSize(page.items.length, page.bytes)
    token = page.token
    if (token === undefined) return { kind: 'listed', staged, resourceVersion: page.resourceVersion }
  }
  return { kind: 'failed', failure: failureOfError(`more than ${maxPages} pages`) }
}

type Page =
  | {
      readonly kind: 'page'
      readonly items: readonly unknown[]
      readonly resourceVersion: string
      readonly token: string | undefined
      readonly bytes: number
    }
  | { readonly kind: 'failed'; readonly failure: ApiFailure }

async function readPage(
  api: ClusterApi,
  { path, signal, turns }: { readonly path: string; readonly signal: AbortSignal; readonly turns: WorkTurns },
): Promise<Page> {
  try {
    const response = await api.request({ method: 'GET', path, signal, bodyTimeoutMs })
    if (response.status !== 200) return { kind: 'failed', failure: await failureOf(response) }
    const bytes = await readBytes(response.body, maxPageBytes)
    await turns.next()
    const list = JSON.parse(bytes.toString('utf8')) as {
      readonly metadata?: { readonly resourceVersion?: unknown; readonly continue?: unknown }
      readonly items?: unknown
    }
    const { resourceVersion, continue: token } = list.metadata ?? {}
    // Go writes an empty list as null where the type is not a pointer.
    const items = list.items ?? []
    if (typeof resourceVersion !== 'string' || !Array.isArray(items)) {
      return { kind: 'failed', failure: failureOfError('the answer is no list with a resourceVersion') }
    }
    const next = typeof token === 'string' && token !== '' ? token : undefined
    return { kind: 'page', items, resourceVersion, token: next, bytes: bytes.length }
  } catch (error) {
    return { kind: 'failed', failure: failureOfError(error) }
  }
}
