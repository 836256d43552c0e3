/** In which order matches on one host and path are tried. */

import { conditionKey } from './condition-key.ts'
import type { ContentMatch, FieldCondition } from './content-match.ts'

/**
 * The match's place among others: an integer, and the lowest is tried first. The first of these that differs decides:
 *
 * 1. more conditions: each header, cookie and query parameter is one; methods, browsers and languages are one each
 * 2. more exact values
 * 3. more regular expressions
 * 4. more conditions on headers, then on cookies, then on the query, then one on methods, then one on browsers, then one on languages
 *
 * Equal for matches that differ only in names and values; who tries them needs another order for those. A condition given twice counts once.
 */
export const contentRank = (match: ContentMatch): number => {
  const headers = once(match.headers)
  const cookies = once(match.cookies)
  const query = once(match.query)
  const fields = [...headers, ...cookies, ...query]
  const lists = [match.methods, match.browsers, match.languages].map(list =>
    list !== undefined && list.length > 0 ? 1 : 0,
  )
  const [methods = 0, browsers = 0, languages = 0] = lists
  const digits = [
    fields.length + methods + browsers + languages,
    fields.filter(({ test }) => test.kind === 'equals').length,
    fields.filter(({ test }) => test.kind === 'matches').length,
    headers.length,
    cookies.length,
    query.length,
    methods,
    browsers,
  ]
  return digits.reduce((rank, digit) => rank * base + (base - 1 - Math.min(digit, base - 1)), 0)
}

/** One more than the largest count that parsed annotations can have: 3 × 16 + 3. Its 8th power is below 2^53. */
const base = 64

const once = (conditions: readonly FieldCondition[] = []): readonly FieldCondition[] => [
  ...new Map(conditions.map(condition => [conditionKey(condition), condition])).values(),
]
