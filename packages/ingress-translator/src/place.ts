/** Host, path and kind of match: what rules have in common that claim the same requests, whatever their content. */

import type { Rule } from '@ingresskit/rule-matcher'
import type { RouteTarget } from './route-target.ts'
import { canonicalRulePath } from './rule-path.ts'

/** Where a rule stands, as the rule table compares rules. */
export interface Place {
  /** The same for two rules exactly when they claim the same. */
  readonly key: string
  /** Canonical path, without the slash at the end of a prefix other than `/`. */
  readonly path: string
}

// A rule is the same object from one translation to the next, so its place is worked out once.
const known = new WeakMap<Rule<RouteTarget>, Place>()

/** The place of a rule. `Prefix` and `ImplementationSpecific` are one kind of match, `Exact` is another. */
export function placeOf(rule: Rule<RouteTarget>): Place {
  const before = known.get(rule)
  if (before !== undefined) return before
  const place = readPlace(rule)
  known.set(rule, place)
  return place
}

function readPlace({ host, path: written, pathType }: Rule<RouteTarget>): Place {
  const canonical = canonicalRulePath(written)
  const matchPath = canonical.kind === 'canonical' ? canonical.matchPath : written
  const isExact = pathType === 'Exact'
  const path = isExact || matchPath === '/' ? matchPath : matchPath.replace(/\/$/u, '')
  return { key: `${host ?? ''} ${isExact ? 'exact' : 'prefix'} ${path}`, path }
}
