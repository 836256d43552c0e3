/** Whether a request meets conditions on its content. */

import { acceptedLanguage } from './accepted-language.ts'
import type { ContentMatch, ContentRequest, FieldCondition, FieldTest } from './content-match.ts'
import { describeCondition } from './describe-content.ts'
import { cookieValues, headerValues, queryValues } from './field-values.ts'
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
 * @param siteLanguages - all languages that the matches of this host and path name, in order: the request's best one is found among them
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

/** Whether one of the values of a field passes; `present` needs one, whatever it is. */
export const passes = (test: FieldTest, values: readonly string[]): boolean => {
  switch (test.kind) {
    case 'equals':
      return values.includes(test.value)
    case 'matches':
      return values.some(value => test.pattern.test(value))
    case 'present':
      return values.length > 0
    default:
      return test satisfies never
  }
}

const matched: ContentResult = { kind: 'matched' }

const methodFailure = ({ methods = [] }: ContentMatch, { method }: ContentRequest): ContentResult | undefined =>
  methods.length === 0 || methods.includes(method)
    ? undefined
    : { kind: 'failed', condition: 'methods', message: `the method is not ${methods.join(' or ')}` }

const fields = {
  headers: { what: 'header', valuesOf: headerValues },
  cookies: { what: 'cookie', valuesOf: cookieValues },
  query: { what: 'query parameter', valuesOf: queryValues },
} as const

const fieldFailure = (
  condition: keyof typeof fields,
  request: ContentRequest,
  conditions: readonly FieldCondition[] = [],
): ContentResult | undefined => {
  const { what, valuesOf } = fields[condition]
  const failed = conditions.find(({ name, test }) => !passes(test, valuesOf(request, name)))
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
  if (best === undefined) return fail(`the request accepts none of ${siteLanguages.join(', ')}`)
  const isNamed = languages.some(tag => tag.toLowerCase() === best.toLowerCase())
  return isNamed ? undefined : fail(`the best language is ${best}, not ${languages.join(' or ')}`)
}

const browserFailure = ({ browsers = [] }: ContentMatch, { headers }: ContentRequest): ContentResult | undefined => {
  if (browsers.length === 0) return undefined
  const classes = requestBrowser(headers)
  if (browsers.some(name => classes.has(name))) return undefined
  const found = classes.size === 0 ? 'not known' : [...classes].join(' ')
  return { kind: 'failed', condition: 'browsers', message: `the browser is ${found}, not ${browsers.join(' or ')}` }
}
