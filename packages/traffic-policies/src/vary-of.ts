/** Which request headers decide whether conditions match. */

import { clientHintNames } from './client-hints.ts'
import type { ContentMatch } from './content-match.ts'
import { canonicalFieldName } from './field-name.ts'

/**
 * What the Vary field (RFC 9110 §12.5.5) of every answer for this host and path has to name, matched or not: sorted, each once.
 *
 * Methods and queries add nothing, because caches keep answers by method and URL. Empty when the conditions look at no header.
 */
export const varyOf = (match: ContentMatch): readonly string[] => {
  const names = (match.headers ?? []).map(({ name }) => name.toLowerCase())
  if (isGiven(match.cookies)) names.push('cookie')
  if (isGiven(match.languages)) names.push('accept-language')
  if (isGiven(match.browsers)) names.push('user-agent', ...clientHintNames)
  return [...new Set(names)].sort().map(canonicalFieldName)
}

const isGiven = (conditions: readonly unknown[] | undefined): boolean =>
  conditions !== undefined && conditions.length > 0
