// Reads what a request to the fake API server asks for.
import type { IncomingMessage } from 'node:http'
import type { FakeRequest, FakeVerb } from './fake-api-server-faults.ts'
import { parseResourcePath } from './fake-api-server-resources.ts'

/** The request in the words of RBAC. */
export function requestOf(incoming: IncomingMessage): FakeRequest {
  const { pathname, searchParams } = new URL(incoming.url ?? '/', 'http://fake')
  const path = parseResourcePath(pathname)
  return {
    method: incoming.method ?? 'GET',
    path: pathname,
    query: searchParams,
    verb: verbOf(incoming.method ?? 'GET', path?.name, searchParams),
    plural: path?.resource.plural,
    authorization: incoming.headers.authorization,
  }
}

function verbOf(method: string, name: string | undefined, query: URLSearchParams): FakeVerb {
  switch (method) {
    case 'POST':
      return 'create'
    case 'PUT':
      return 'update'
    case 'PATCH':
      return 'patch'
    case 'DELETE':
      return 'delete'
    default:
      if (name !== undefined) return 'get'
      return query.get('watch') === 'true' || query.get('watch') === '1' ? 'watch' : 'list'
  }
}
