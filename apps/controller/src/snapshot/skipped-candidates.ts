import type { ExplainedCandidate } from './explanation.ts'
import type { Snapshot } from './snapshot.ts'

const maxCandidates = 20

/** Ingresses of other classes that name the host: the usual answer to "why is my Ingress not served?". */
export function skippedCandidates(snapshot: Snapshot, host: string): readonly ExplainedCandidate[] {
  const candidates: ExplainedCandidate[] = []
  for (const [ingress, { source, reason }] of snapshot.translation.skipped) {
    if (candidates.length === maxCandidates) break
    for (const ruleHost of ruleHosts(source['spec'])) {
      if (ruleHost !== host && !coveredByWildcard(ruleHost, host)) continue
      candidates.push({
        ingress,
        field: 'spec.ingressClassName',
        host: ruleHost,
        path: null,
        pathType: null,
        verdict: 'other-class',
        message: reason,
      })
      break
    }
  }
  return candidates
}

function coveredByWildcard(ruleHost: string, host: string): boolean {
  const dot = host.indexOf('.')
  return dot > 0 && ruleHost === `*${host.slice(dot)}`
}

/** The spec of an Ingress that is not ours was never parsed: anything may be in it. */
function ruleHosts(spec: unknown): readonly string[] {
  if (typeof spec !== 'object' || spec === null || !('rules' in spec) || !Array.isArray(spec.rules)) return []
  return spec.rules.flatMap((rule: unknown) =>
    typeof rule === 'object' && rule !== null && 'host' in rule && typeof rule.host === 'string'
      ? [rule.host.toLowerCase()]
      : [],
  )
}
