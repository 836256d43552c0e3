import {
  type ContentMatch,
  type Parsed,
  parseBrowsers,
  parseFieldConditions,
  parseLanguages,
  parseMethods,
} from '@ingresskit/traffic-policies'
import { annotationField, ownPrefix } from './annotation.ts'
import type { ReportProblem } from './problem.ts'
import type { ReadSetting } from './setting.ts'

/** What the `match-*` annotations of one Ingress ask of a request. */
export type ContentConditions =
  | { readonly kind: 'none' }
  | { readonly kind: 'conditions'; readonly content: ContentMatch }
  | { readonly kind: 'invalid' }

/** The annotations that `readContentConditions` reads, without prefix. */
export const contentNames = [
  'match-browser',
  'match-cookies',
  'match-headers',
  'match-language',
  'match-methods',
  'match-query',
] as const

/** Reads them all; each that cannot be read is a problem, and any makes the conditions invalid. */
export function readContentConditions(read: ReadSetting, report: ReportProblem): ContentConditions {
  let isInvalid = false
  const take = <T>(name: (typeof contentNames)[number], parse: (text: string) => Parsed<T>): T | undefined => {
    const annotation = ownPrefix + name
    const setting = read(annotation, parse)
    if (setting?.kind === 'set') return setting.value
    if (setting?.kind !== 'invalid') return undefined
    isInvalid = true
    report('error', 'AnnotationInvalid', {
      field: annotationField(annotation),
      message: `${setting.message} (the paths of this Ingress are left out, for they would take requests that are not meant for them)`,
    })
    return undefined
  }
  const given = Object.entries({
    methods: take('match-methods', parseMethods),
    headers: take('match-headers', text => parseFieldConditions(text, 'header')),
    cookies: take('match-cookies', text => parseFieldConditions(text, 'cookie')),
    query: take('match-query', text => parseFieldConditions(text, 'query')),
    browsers: take('match-browser', parseBrowsers),
    languages: take('match-language', parseLanguages),
  } satisfies Record<keyof ContentMatch, unknown>).filter(([, conditions]) => conditions !== undefined)
  if (isInvalid) return { kind: 'invalid' }
  return given.length === 0
    ? { kind: 'none' }
    : { kind: 'conditions', content: Object.fromEntries(given) as ContentMatch }
}
