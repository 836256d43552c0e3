/** Whether a request meets conditions on its content. */

import { acceptedLanguage } from './accepted-language.ts'
import type { ContentMatch, ContentRequest, FieldCondition, FieldTest } from './content-match.ts'
import { describeCondition } from './describe-content.ts'
import { cookieReader, headerReader, queryReader } from './field-values.ts'
import type { LinearPattern } from './linear-pattern.ts'
import { requestBrowser } from './request-browser.ts'

/** Whether everything held, or the first kind of condition that did not. */
export type ContentResult =
  | { readonly kind: 'matched' }
  | {
      readonly kind: 'failed'
      readonly condition: keyof ContentMatch
      /** A phrase for people, without anything the client sent but a language of the site: `not so: header x-env is "canary"`. */
      readonly message: string
    }

/**
 * Tries a match's conditions on a request, cheap ones first, and stops at the first that fails. Never throws.
 *
 * What is read from a request is remembered until another request comes, so judge the alternatives for one request in a row.
 *
 * @param siteLanguages - all languages that the matches of this host and path name, in order: the request's best one is found among
 *   the first 100. Give the same array every time and do not change it, because answers are remembered by its identity
 */
export const matchContent = (
  match: ContentMatch,
  request: ContentRequest,
  siteLanguages: readonly string[],
): ContentResult =>
  methodFailure(match, request) ??
  fieldFailure('headers', request, match.headers) ??
  fieldFailure('cookies', request, match.cookies) ??
  fieldFailure('query', request, match.query) ??
  languageFailure(match, request, siteLanguages) ??
  browserFailure(match, request) ??
  matched

/** Most characters that one pattern is tried on for one condition; a single value is bounded by the pattern itself. */
const maxTestedLength = 512

/** Whether one of the values of a field passes; `present` needs one, whatever it is. Patterns pass over values beyond 512 characters altogether. */
export const passes = (test: FieldTest, values: readonly string[]): boolean => {
  switch (test.kind) {
    case 'equals':
      return values.includes(test.value)
    case 'matches':
      return someMatch(test.pattern, values)
    case 'present':
      return values.length > 0
    default:
      return test satisfies never
  }
}

const someMatch = (pattern: LinearPattern, values: readonly string[]): boolean => {
  let left = maxTestedLength
  return values.some(value => {
    if (value.length > left) return false
    left -= value.length + 1 // So that there is an end to empty ones too.
    return pattern.test(value)
  })
}

const matched: ContentResult = { kind: 'matched' }

const methodFailure = ({ methods = [] }: ContentMatch, { method }: ContentRequest): ContentResult | undefined =>
  methods.length === 0 || methods.includes(method)
    ? undefined
    : { kind: 'failed', condition: 'methods', message: `the method is not ${methods.join(' or ')}` }

const fields = {
  headers: { what: 'header', reader: headerReader },
  cookies: { what: 'cookie', reader: cookieReader },
  query: { what: 'query parameter', reader: queryReader },
} as const

const fieldFailure = (
  condition: keyof typeof fields,
  request: ContentRequest,
  conditions: readonly FieldCondition[] = [],
): ContentResult | undefined => {
  if (conditions.length === 0) return undefined
  const { what, reader } = fields[condition]
  const valuesOf = reader(request)
  const failed = conditions.find(({ name, test }) => !passes(test, valuesOf(name)))
  return failed && { kind: 'failed', condition, message: `not so: ${describeCondition(what, failed)}` }
}

const languageFailure = (
  { languages = [] }: ContentMatch,
  { headers }: ContentRequest,
  siteLanguages: readonly string[],
): ContentResult | undefined => {
  if (languages.length === 0) return undefined
  const fail = (message: string): ContentResult => ({ kind: 'failed', condition: 'languages', message })
  const field = headers.getAll('accept-language').join(',')
  if (field === '') return fail('the request prefers no language')
  const best = acceptedLanguage(field, siteLanguages)
  if (best === undefined) return fail(`the request accepts none of ${listed(siteLanguages)}`)
  const lowerBest = best.toLowerCase()
  const isNamed = languages.some(tag => tag.toLowerCase() === lowerBest)
  return isNamed ? undefined : fail(`the best language is ${best}, not ${languages.join(' or ')}`)
}

/** Most languages that a message names. */
const maxListed = 10

const listed = (tags: readonly string[]): string =>
  tags.length <= maxListed
    ? tags.join(', ')
    : `${tags.slice(0, maxListed).join(', ')} and ${tags.length - maxListed} more`

const browserFailure = ({ browsers = [] }: ContentMatch, { headers }: ContentRequest): ContentResult | undefined => {
  if (browsers.length === 0) return undefined
  const classes = requestBrowser(headers)
  if (browsers.some(name => classes.has(name))) return undefined
  const found = classes.size === 0 ? 'not known' : [...classes].join(' ')
  return { kind: 'failed', condition: 'browsers', message: `the browser is ${found}, not ${browsers.join(' or ')}` }
}
