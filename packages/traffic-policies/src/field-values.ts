/** The values of a named header, cookie or query parameter of a request. */

import type { ContentRequest } from './content-match.ts'
import { readOnce } from './read-once.ts'
import { wholeItems } from './whole-items.ts'

/** The values of the field of that name, empty when there is none. O(1) after the first name, except for headers. */
export type FieldReader = (name: string) => readonly string[]

/** Reads all field lines of a name. */
export const headerReader =
  (request: ContentRequest): FieldReader =>
  name =>
    request.headers.getAll(name)

/** Reads the first cookie of a name (RFC 6265 §5.4). */
export const cookieReader = (request: ContentRequest): FieldReader => {
  const cookies = cookiesOf(request, request.headers.getAll('cookie').join(';'))
  return name => cookies.get(name) ?? none
}

/** Reads the decoded values of all parameters of a name, as a URL's `searchParams` has them (WHATWG URL §5.1). */
export const queryReader = (request: ContentRequest): FieldReader => {
  const parameters = parametersOf(request, request.query)
  return name => parameters.get(name) ?? none
}

const none: readonly string[] = []

type FieldValues = ReadonlyMap<string, readonly string[]>

/** Browsers send at most 180 cookies to one domain, of 4,096 characters each, and servers seldom take heads longer than this. */
const cookieBounds = { maxItems: 200, maxLength: 16_384 } as const

const cookiesOf = readOnce((text): FieldValues => {
  const cookies = new Map<string, readonly string[]>()
  for (const pair of wholeItems(text, ';', cookieBounds)) {
    const equals = pair.indexOf('=')
    if (equals <= 0) continue
    const name = pair.slice(0, equals).trim()
    if (!cookies.has(name)) cookies.set(name, [pair.slice(equals + 1).trim()])
  }
  return cookies
})

const queryBounds = { maxItems: 200, maxLength: 8192 } as const

const parametersOf = readOnce((query): FieldValues => {
  const parameters = new Map<string, string[]>()
  for (const [name, value] of new URLSearchParams(wholeItems(query, '&', queryBounds).join('&'))) {
    const values = parameters.get(name)
    if (values === undefined) parameters.set(name, [value])
    else values.push(value)
  }
  return parameters
})

// Every JavaScript runtime has it, but packages without I/O compile without the types of any runtime.
declare const URLSearchParams: new (query: string) => Iterable<readonly [name: string, value: string]>
