/** Reads `match-methods`. */

import { commaList } from './comma-list.ts'
import { httpToken } from './http-token.ts'
import { invalid, parsed, quoted, type Parsed } from './parsed.ts'

/** Methods of RFC 9110 §9.3 and RFC 5789, which nobody means otherwise when they write them in lower case. */
const standardMethods: ReadonlySet<string> = new Set([
  'GET',
  'HEAD',
  'POST',
  'PUT',
  'DELETE',
  'CONNECT',
  'OPTIONS',
  'TRACE',
  'PATCH',
])

/** Most methods of one list. */
const maxMethods = 16

/**
 * Methods separated by commas, any of which matches.
 *
 * Standard ones may be in lower case and come out in upper case; others are case-sensitive (RFC 9110 §9.1). GET does not include HEAD.
 */
export const parseMethods = (text: string): Parsed<readonly string[]> => {
  const methods = new Set<string>()
  for (const written of commaList(text)) {
    if (!httpToken.test(written)) return invalid(`${quoted(written)} is not a method; write for instance "GET, HEAD"`)
    const upper = written.toUpperCase()
    methods.add(standardMethods.has(upper) ? upper : written)
  }
  if (methods.size === 0) return invalid('no method is named; write for instance "GET, HEAD"')
  if (methods.size > maxMethods) return invalid(`${methods.size} methods are named; write at most ${maxMethods}`)
  return parsed([...methods])
}
