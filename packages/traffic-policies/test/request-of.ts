/** Requests for tests. */

import type { ContentRequest, Parsed } from '../src/index.ts'

/** A request with these field lines; a name may come more than once. */
export const requestOf = (
  lines: readonly (readonly [name: string, value: string])[] = [],
  { method = 'GET', query = '' }: { readonly method?: string; readonly query?: string } = {},
): ContentRequest => {
  const getAll = (lowerName: string): readonly string[] =>
    lines.filter(([name]) => name.toLowerCase() === lowerName).map(([, value]) => value)
  return { method, query, headers: { get: lowerName => getAll(lowerName)[0], getAll } }
}

/** What was parsed; fails the test with the message when it was not. */
export const valueOf = <T>(result: Parsed<T>): T => {
  if (result.kind === 'invalid') throw new Error(result.message)
  return result.value
}

/** Why it was not parsed; fails the test when it was. */
export const messageOf = (result: Parsed<unknown>): string => {
  if (result.kind === 'parsed') throw new Error(`parsed as ${JSON.stringify(result.value)}`)
  return result.message
}
