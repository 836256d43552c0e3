// Reads what a request to the fake API server asks for.
import type { IncomingMessage } from 'node:http'
import type { FakeRequest, FakeVerb } from './fake-api-server-faults.ts'
import { parseResourcePath } from './fake-api-server-resources.ts'

/** The request in the words of RBAC; `userOf` says whom the Authorization header names, `undefined` when it is not valid. */
export function requestOf(
  incoming: IncomingMessage,
  userOf: (authorization: string | undefined) => string | undefined,
): FakeRequest {
  const { pathname, searchParams } = new URL(incoming.url ?? '/', 'http://fake')
  const path = parseResourcePath(pathname)
  const { authorization } = incoming.headers
  return {
    method: incoming.method ?? 'GET',
    path: pathname,
    query: searchParams,
    verb: verbOf(incoming.method ?? 'GET', path?.name, searchParams),
    plural: path?.resource.plural,
    namespace: path?.namespace,
    name: path?.name,
    subresource: path?.subresource,
    authorization,
    user: userOf(authorization),
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
