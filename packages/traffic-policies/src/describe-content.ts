/** Conditions in words, for people who ask why a request went where it went. */

import type { ContentMatch, FieldCondition } from './content-match.ts'

/** All conditions as one phrase: `method GET or HEAD, and header x-env is "canary"`; `any request` when there is none. */
export const describeContent = (match: ContentMatch): string => {
  const parts = [
    ...listPhrase('method', match.methods),
    ...(match.headers ?? []).map(condition => describeCondition('header', condition)),
    ...(match.cookies ?? []).map(condition => describeCondition('cookie', condition)),
    ...(match.query ?? []).map(condition => describeCondition('query parameter', condition)),
    ...listPhrase('browser', match.browsers),
    ...listPhrase('language', match.languages),
  ]
  return parts.length === 0 ? 'any request' : parts.join(', and ')
}

/** One condition as a phrase: `header x-env is "canary"`. */
export const describeCondition = (what: string, { name, test }: FieldCondition): string => {
  switch (test.kind) {
    case 'equals':
      return `${what} ${name} is ${JSON.stringify(test.value)}`
    case 'matches':
      return `${what} ${name} matches ${test.pattern.source}`
    case 'present':
      return `${what} ${name} is present`
    default:
      return test satisfies never
  }
}

const listPhrase = (what: string, list: readonly string[] = []): readonly string[] =>
  list.length === 0 ? [] : [`${what} ${list.join(' or ')}`]
