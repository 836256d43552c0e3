import type { RouteTarget } from '@ingresskit/ingress-translator'
import type { MatchResult, Rule } from '@ingresskit/rule-matcher'
import type { BalancedBackend } from '../balancing/service-upstream.ts'
import type { AlternativeVerdict } from './judge-alternative.ts'
import type { Snapshot } from './snapshot.ts'
import { servedBranches } from './target-plan.ts'

/** A place that requests like this one go to. */
export interface Share {
  readonly target: RouteTarget
  readonly branch: BalancedBackend
  /** From 0 to 1. */
  readonly part: number
}

/** Who is judged, and what serves what no canary gets. */
export interface ShareContext {
  readonly snapshot: Snapshot
  readonly judge: (rule: Rule<RouteTarget>) => AlternativeVerdict
  /** `undefined`: nothing does. */
  readonly plain: RouteTarget | undefined
}

/** How requests like this one are divided by chance, between canaries and between the Services of a split. */
export function sharesOf(match: MatchResult<RouteTarget>, { snapshot, judge, plain }: ShareContext): readonly Share[] {
  const shares: Share[] = []
  let left = 1
  let isTaken = false
  for (let next = match; next.kind === 'alternatives' && !isTaken; next = next.otherwise) {
    // Canaries of one path divide one draw between them.
    let reached = left
    for (const rule of next.alternatives) {
      const verdict = judge(rule)
      isTaken = verdict.kind === 'taken'
      if (isTaken) break
      if (verdict.kind !== 'by-weight') continue
      const part = Math.min(left * verdict.share, reached)
      reached -= part
      if (part > 0) shares.push(...targetShares(snapshot, rule.value, part))
    }
    left = reached
  }
  if (plain !== undefined && left > 0) shares.push(...targetShares(snapshot, plain, left))
  return shares
}

function targetShares(snapshot: Snapshot, target: RouteTarget, part: number): readonly Share[] {
  const served = target.split === undefined ? [] : servedBranches(snapshot, target.split)
  const total = served.reduce((sum, { weight }) => sum + weight, 0)
  if (total === 0) return [{ target, branch: target, part }]
  return served.map(branch => ({ target, branch, part: (part * branch.weight) / total }))
}
