import type { RouteTarget } from '@ingresskit/ingress-translator'
import type { DefaultRule, Rule, Verdict } from '@ingresskit/rule-matcher'

/** Why a candidate does not serve a request, as a sentence for people. */
export function verdictMessage(verdict: Verdict<RouteTarget>): string {
  switch (verdict.kind) {
    case 'won':
      return 'it serves the request'
    case 'conflict-lost':
      return `${nameOf(verdict.winner)} claims the same host and path and comes first`
    case 'not-accepted':
      return 'the request is none of those that it asks for'
    case 'alternative-first':
      return `${nameOf(verdict.winner)} takes the request and is tried first`
    case 'exact-beats-prefix':
      return `the Exact path of ${nameOf(verdict.winner)} comes before every prefix`
    case 'shorter-prefix':
      return `${nameOf(verdict.winner)} has the longer prefix ${verdict.winner.path}`
    case 'default-not-needed':
      return `${nameOf(verdict.winner)} has a path that matches`
    case 'path-rejected':
      return `no request can have its path (${verdict.reason})`
    case 'not-exact':
      return 'its type is Exact and the path differs'
    case 'not-a-prefix':
      return 'its path is no element-wise prefix of the path'
    case 'less-specific-host':
      return `the rules of ${verdict.decidedBy} decide alone for this host`
    case 'wildcard-needs-one-label':
      return 'its wildcard stands for exactly one label'
    case 'other-host':
      return 'it is for another host'
    default:
      return verdict satisfies never
  }
}

function nameOf(rule: Rule<RouteTarget> | DefaultRule<RouteTarget>): string {
  const { ingress, field } = rule.value
  return `${ingress.namespace}/${ingress.name} (${field})`
}
