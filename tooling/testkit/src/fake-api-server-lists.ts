// Answers lists, in pages when a limit is given, as the recordings show: items carry no kind and apiVersion.
import type { ServerResponse } from 'node:http'
import { writeJson, writeStatus } from './fake-api-server-answers.ts'
import type { ResourcePath } from './fake-api-server-resources.ts'
import { type FakeStore, type StoredObject } from './fake-api-server-store.ts'

/** Answers list requests. */
export interface FakeLists {
  list(path: ResourcePath, query: URLSearchParams, response: ServerResponse): void
  /** Makes every continue token handed out so far too old (410). */
  expireTokens(): void
}

/** Lists over a store; the rest of a list is kept as it was when its first page was read. */
export function fakeLists(store: FakeStore): FakeLists {
  const rests = new Map<string, { readonly version: number; readonly items: readonly StoredObject[] } | 'expired'>()
  let nextToken = 1
  return {
    expireTokens: () => {
      for (const token of rests.keys()) rests.set(token, 'expired')
    },
    list: (path, query, response) => {
      const token = query.get('continue') ?? ''
      const rest = token === '' ? firstPage(store, path, query) : rests.get(token)
      if (rest === undefined) return writeStatus(response, { code: 400, message: 'invalid continue token' })
      if (rest === 'expired') {
        const message = 'The provided continue parameter is too old to display a consistent list result.'
        return writeStatus(response, { code: 410, message })
      }
      const limit = Number(query.get('limit') ?? 0)
      const page = limit > 0 ? rest.items.slice(0, limit) : rest.items
      const left = rest.items.slice(page.length)
      let paging = {}
      if (left.length > 0) {
        const next = `token-${nextToken}`
        nextToken += 1
        rests.set(next, { version: rest.version, items: left })
        paging = { continue: next, remainingItemCount: left.length }
      }
      writeJson(response, 200, {
        kind: `${path.resource.kind}List`,
        apiVersion: path.resource.apiVersion,
        metadata: { resourceVersion: String(rest.version), ...paging },
        items: page.map(({ kind: _kind, apiVersion: _apiVersion, ...item }) => item),
      })
    },
  }
}

/** Whether an object is in the namespace and has the name that a request asks for. */
export function selects(path: ResourcePath, query: URLSearchParams, object: StoredObject): boolean {
  const selector = /^metadata\.name=(.*)$/.exec(query.get('fieldSelector') ?? '')
  return (
    (path.namespace === undefined || path.namespace === object.metadata.namespace) &&
    (selector === null || selector[1] === object.metadata.name)
  )
}

function firstPage(
  store: FakeStore,
  path: ResourcePath,
  query: URLSearchParams,
): { readonly version: number; readonly items: readonly StoredObject[] } {
  return {
    version: store.version(),
    items: store.list(path.resource.kind).filter(object => selects(path, query, object)),
  }
}
