import type { RouteTarget } from '@ingresskit/ingress-translator'
import type { MatchResult } from '@ingresskit/rule-matcher'
import { canaryVary, varyOf } from '@ingresskit/traffic-policies'

type Alternatives = Extract<MatchResult<RouteTarget>, { kind: 'alternatives' }>

// Match results live as long as their part of the rule table.
const known = new WeakMap<Alternatives, string | undefined>()

/**
 * The value of `Vary` for whatever is answered where these alternatives stand (RFC 9110 §12.5.5): the request fields that any of
 * them, or of those that come after them, looks at. `undefined` when they look at none.
 */
export function varyOfAlternatives(match: Alternatives): string | undefined {
  if (known.has(match)) return known.get(match)
  const fields = new Set<string>()
  for (let next: MatchResult<RouteTarget> = match; next.kind === 'alternatives'; next = next.otherwise) {
    for (const { value } of next.alternatives) {
      if (value.content !== undefined) for (const field of varyOf(value.content)) fields.add(field)
      if (value.canary !== undefined) for (const field of canaryVary(value.canary)) fields.add(field)
    }
  }
  const vary = fields.size === 0 ? undefined : [...fields].join(', ')
  known.set(match, vary)
  return vary
}
