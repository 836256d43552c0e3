import type { RouteTarget, Translation } from '@ingresskit/ingress-translator'
import type { Rule } from '@ingresskit/rule-matcher'
import { type ContentRequest, decideCanary, matchContent } from '@ingresskit/traffic-policies'

/** What an alternative makes of a request. */
export type AlternativeVerdict =
  | { readonly kind: 'taken' }
  /** `message`: a sentence for people. */
  | { readonly kind: 'refused'; readonly message: string }
  /** It is a canary, and neither header nor cookie decides: it gets this share, from 0 to 1, of what comes so far. */
  | { readonly kind: 'by-weight'; readonly share: number }

/** Judges one request for one alternative: every condition on its content must hold, and a canary's rules decide then. */
export function judgeAlternative(
  rule: Rule<RouteTarget>,
  request: ContentRequest,
  { siteLanguages }: Pick<Translation, 'siteLanguages'>,
): AlternativeVerdict {
  const { content, canary } = rule.value
  if (content !== undefined) {
    const verdict = matchContent(content, request, siteLanguages.get(rule.host) ?? noLanguages)
    if (verdict.kind === 'failed') return { kind: 'refused', message: verdict.message }
  }
  if (canary === undefined) return taken
  switch (decideCanary(canary, request)) {
    case 'always':
      return taken
    case 'never':
      return neverCanary
    case 'by-weight':
      return { kind: 'by-weight', share: canary.weight / canary.weightTotal }
  }
}

const taken: AlternativeVerdict = { kind: 'taken' }
const neverCanary: AlternativeVerdict = { kind: 'refused', message: 'its header or cookie says never' }
const noLanguages: readonly string[] = []
