/** The values of a named header, cookie or query parameter of a request. */

import type { ContentRequest } from './content-match.ts'

/** The values of all field lines of that name. */
export const headerValues = (request: ContentRequest, name: string): readonly string[] => request.headers.getAll(name)

/** Most cookies that are looked at; browsers send at most 180 to one domain. */
const maxCookies = 200

/** The first cookie of that name (RFC 6265 §5.4), or nothing. */
export const cookieValues = (request: ContentRequest, name: string): readonly string[] => {
  let left = maxCookies
  for (const line of request.headers.getAll('cookie')) {
    const pairs = line.split(';', left)
    left -= pairs.length
    for (const pair of pairs) {
      const equals = pair.indexOf('=')
      if (equals > 0 && pair.slice(0, equals).trim() === name) return [pair.slice(equals + 1).trim()]
    }
  }
  return []
}

/** Longest part of a query that is looked at, in characters. */
const maxQueryLength = 8192

/** The decoded values of all parameters of that name, as a URL's `searchParams` has them (WHATWG URL §5.1). */
export const queryValues = ({ query }: ContentRequest, name: string): readonly string[] =>
  query.length < 2 ? [] : new URLSearchParams(withinBound(query)).getAll(name)

const withinBound = (query: string): string =>
  query.length <= maxQueryLength ? query : query.slice(0, Math.max(0, query.lastIndexOf('&', maxQueryLength)))

// Every JavaScript runtime has it, but packages without I/O compile without the types of any runtime.
declare const URLSearchParams: new (query: string) => { getAll(name: string): string[] }
