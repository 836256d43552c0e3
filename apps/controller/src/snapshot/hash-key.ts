import type { HashSource } from '@ingresskit/ingress-translator'

/** The parts of a request that can be hashed; a `RequestHead` has them all. */
export interface HashInput {
  /** Absent when nobody sent the request yet: `explain` is asked before there is a client. */
  readonly clientAddress?: string
  readonly host: string
  readonly path: string
  readonly query: string
  readonly headers: { get(lowerName: string): string | undefined }
}

/** The text of a request that a hash strategy maps to an endpoint, or `undefined` when the request has none. */
export function hashKeyOf(head: HashInput, source: HashSource): string | undefined {
  switch (source.kind) {
    case 'ip':
      return head.clientAddress
    case 'host':
      return head.host
    case 'path':
      return head.path
    case 'uri':
      return head.path + head.query
    case 'header':
      return head.headers.get(source.name)
    case 'cookie':
      return cookieValue(head.headers.get('cookie'), source.name)
    case 'query':
      return queryValue(head.query, source.name)
    default:
      return source satisfies never
  }
}

/** RFC 6265 §4.2.1: `name=value` pairs, separated by semicolons; the first of a name counts. */
export function cookieValue(header: string | undefined, name: string): string | undefined {
  if (header === undefined) return undefined
  for (const pair of header.split(';', 200)) {
    const equals = pair.indexOf('=')
    if (equals > 0 && pair.slice(0, equals).trim() === name) return pair.slice(equals + 1).trim()
  }
  return undefined
}

function queryValue(query: string, name: string): string | undefined {
  return query === '' ? undefined : (new URLSearchParams(query).get(name) ?? undefined)
}
