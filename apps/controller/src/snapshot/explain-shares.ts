import type { RouteTarget } from '@ingresskit/ingress-translator'
import type { MatchResult, Rule } from '@ingresskit/rule-matcher'
import { backendsOf } from '../balancing/service-upstream.ts'
import type { ExplainedShare } from './explanation.ts'
import type { AlternativeVerdict } from './judge-alternative.ts'

/** Who is judged, and what serves what no canary gets. */
export interface ShareContext {
  readonly judge: (rule: Rule<RouteTarget>) => AlternativeVerdict
  /** `undefined`: nothing does. */
  readonly plain: RouteTarget | undefined
}

/** How requests like this one are divided by chance: between canaries, and between the Services of a split. Empty where chance decides nothing. */
export function sharesOf(match: MatchResult<RouteTarget>, { judge, plain }: ShareContext): readonly ExplainedShare[] {
  const shares: ExplainedShare[] = []
  let left = 1
  for (let next = match; next.kind === 'alternatives'; next = next.otherwise) {
    // Canaries of one path divide one draw between them.
    let reached = left
    let taken = false
    for (const rule of next.alternatives) {
      const verdict = judge(rule)
      taken = verdict.kind === 'taken'
      if (taken) break
      if (verdict.kind !== 'by-weight') continue
      const share = Math.min(left * verdict.share, reached)
      reached -= share
      if (share > 0) shares.push(...targetShares(rule.value, share))
    }
    left = reached
    if (taken) break
  }
  if (plain !== undefined && left > 0) shares.push(...targetShares(plain, left))
  return shares.length > 1 ? shares : []
}

function targetShares(target: RouteTarget, share: number): readonly ExplainedShare[] {
  const ingress = `${target.ingress.namespace}/${target.ingress.name}`
  const total = target.split?.reduce((sum, { weight }) => sum + weight, 0) ?? 1
  return backendsOf(target).map((branch, index) => {
    const weight = target.split?.[index]?.weight ?? 1
    return {
      ingress,
      service: branch.backend.kind === 'service' ? branch.backend.key : null,
      percent: Math.round((share * weight * 10_000) / total) / 100,
    }
  })
}
