// Lists a resource page by page.
import type { ClusterApi } from './cluster-api.ts'
import { type ApiFailure, failureOf, failureOfError, type WatchTarget } from './api-failure.ts'
import { arrivingObject } from './arriving-object.ts'
import { readText } from './body-reader.ts'
import type { KubernetesObject } from './kubernetes-object.ts'
import { resourcePath } from './resource-path.ts'

/** All objects of a target at one resourceVersion, or why not. */
export type ListResult =
  | { readonly kind: 'listed'; readonly objects: readonly KubernetesObject[]; readonly resourceVersion: string }
  | { readonly kind: 'failed'; readonly failure: ApiFailure }

const pageSize = 500
/** Bounds a server that never stops sending continue tokens: a million objects. */
const maxPages = 2000
const maxPageBytes = 256 * 1024 * 1024
const bodyTimeoutMs = 30_000

/**
 * Lists everything, in pages of 500. When a continue token is too old (410), begins again without pages, as client-go's
 * pager does: a list that takes longer than the server keeps its history would never end otherwise.
 */
export async function listPages(api: ClusterApi, target: WatchTarget, signal: AbortSignal): Promise<ListResult> {
  const paged = await listWith(api, target, { signal, pages: { limit: String(pageSize) } })
  const isExpired = paged.kind === 'failed' && paged.failure.status === 410
  return isExpired && !signal.aborted ? listWith(api, target, { signal, pages: {} }) : paged
}

async function listWith(
  api: ClusterApi,
  target: WatchTarget,
  { signal, pages }: { readonly signal: AbortSignal; readonly pages: Readonly<Record<string, string>> },
): Promise<ListResult> {
  const objects: KubernetesObject[] = []
  let token: string | undefined
  for (let page = 0; page < maxPages; page += 1) {
    const parameters = token === undefined ? pages : { ...pages, continue: token }
    const read = await readPage(api, resourcePath(target, parameters), signal)
    if (read.kind === 'failed') return read
    for (const item of read.items) {
      const object = arrivingObject(item, target.resource)
      if (object) objects.push(object)
    }
    token = read.token
    if (token === undefined) return { kind: 'listed', objects, resourceVersion: read.resourceVersion }
  }
  return { kind: 'failed', failure: { status: 0, message: `more than ${maxPages} pages`, retryAfterMs: undefined } }
}

type Page =
  | {
      readonly kind: 'page'
      readonly items: readonly unknown[]
      readonly resourceVersion: string
      readonly token: string | undefined
    }
  | { readonly kind: 'failed'; readonly failure: ApiFailure }

async function readPage(api: ClusterApi, path: string, signal: AbortSignal): Promise<Page> {
  try {
    const response = await api.request({ method: 'GET', path, signal, bodyTimeoutMs })
    if (response.status !== 200) return { kind: 'failed', failure: await failureOf(response) }
    const list = JSON.parse(await readText(response.body, maxPageBytes)) as {
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
    return { kind: 'page', items, resourceVersion, token: next }
  } catch (error) {
    return { kind: 'failed', failure: failureOfError(error) }
  }
}
