/** Which requests a canary takes before weights are asked, as ingress-nginx decides it. */

import type { ContentRequest } from './content-match.ts'
import { canonicalFieldName } from './field-name.ts'
import { cookieReader } from './field-values.ts'
import type { LinearPattern } from './linear-pattern.ts'
import { passes } from './match-content.ts'

/** What decides about a canary: a header, else a cookie, else a share of the traffic. */
export interface CanaryRule {
  /** Asked first. */
  readonly header?: {
    /** In lower case. */
    readonly name: string
    readonly test: CanaryHeaderTest
  }
  /** Name of a cookie whose value `always` or `never` decides; asked when the header decides nothing. */
  readonly cookie?: string
  /** This canary's part of `weightTotal`; 0 gives it no traffic by weight. */
  readonly weight: number
  /** What `weight` is a part of; ingress-nginx's default is 100. */
  readonly weightTotal: number
}

/** How a header decides. Values and patterns can only say yes; without a match the cookie is asked. */
export type CanaryHeaderTest =
  | { readonly kind: 'always-never' }
  | { readonly kind: 'equals'; readonly value: string }
  | { readonly kind: 'matches'; readonly pattern: LinearPattern }

/**
 * What the rule says about a request: the canary takes it, must not take it, or weights decide (see `pickWeighted`).
 *
 * `always` and `never` are compared exactly. Of a header with several field lines, the first that decides counts.
 */
export const decideCanary = (rule: CanaryRule, request: ContentRequest): 'always' | 'never' | 'by-weight' =>
  byHeader(rule.header, request) ??
  (rule.cookie === undefined ? undefined : alwaysOrNever(cookieReader(request)(rule.cookie))) ??
  'by-weight'

/** What the Vary field of an answer has to name, sorted; empty when only weights decide. */
export const canaryVary = ({ header, cookie }: CanaryRule): readonly string[] => {
  const names = [
    ...(header === undefined ? [] : [header.name.toLowerCase()]),
    ...(cookie === undefined ? [] : ['cookie']),
  ]
  return [...new Set(names)].sort().map(canonicalFieldName)
}

const byHeader = (header: CanaryRule['header'], request: ContentRequest): 'always' | 'never' | undefined => {
  if (header === undefined) return undefined
  const values = request.headers.getAll(header.name)
  if (header.test.kind === 'always-never') return alwaysOrNever(values)
  return passes(header.test, values) ? 'always' : undefined
}

const alwaysOrNever = (values: readonly string[]): 'always' | 'never' | undefined =>
  values.find(value => value === 'always' || value === 'never')
