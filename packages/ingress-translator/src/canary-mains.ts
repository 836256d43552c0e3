import type { Rule } from '@ingresskit/rule-matcher'
import type { CompiledIngress } from './compiled-ingress.ts'
import { type Problem, problemReporter } from './problem.ts'
import type { RouteTarget } from './route-target.ts'
import { canonicalRulePath } from './rule-path.ts'

/** The rules of all Ingresses, and what is wrong with canaries among them. */
export interface SettledRules {
  readonly rules: readonly Rule<RouteTarget>[]
  readonly problems: readonly Problem[]
}

/**
 * Puts canaries beside their main Ingresses: those with a rule for the same host, path and kind of match, as ingress-nginx has it.
 *
 * A canary rule without one is left out. One whose main rule is not served because a guard of it cannot be enforced is not served
 * either: the canary stands for the same site, and must not be the way around the guard. O(rules) when there is a canary.
 */
export function settleCanaries(ingresses: readonly CompiledIngress[]): SettledRules {
  if (!ingresses.some(isCanary)) return { rules: ingresses.flatMap(({ rules }) => rules), problems: [] }
  const mains = mainBackends(ingresses)
  const problems: Problem[] = []
  const settled = ingresses.map(ingress => {
    if (!isCanary(ingress)) return ingress.rules
    const report = problemReporter(ingress.source, problems)
    return ingress.rules.flatMap(rule => {
      const main = mains.get(claimOf(rule))
      if (main === undefined) {
        report('warning', 'CanaryWithoutMain', {
          field: rule.value.field,
          message: `no Ingress that is not a canary serves path ${rule.path} of host ${rule.host ?? '(any)'} with the same kind of pathType, so this canary gets nothing; create one or correct the path`,
        })
        return []
      }
      return main === 'open' ? [rule] : [guardedBy(rule, main)]
    })
  })
  return { rules: settled.flat(), problems }
}

function isCanary({ rules }: CompiledIngress): boolean {
  return rules[0]?.value.canary !== undefined // The same for all rules of an Ingress.
}

type GuardedBackend = Extract<RouteTarget['backend'], { kind: 'unavailable' }>

/** By claim: whether one of its main rules is guarded. */
function mainBackends(ingresses: readonly CompiledIngress[]): ReadonlyMap<string, 'open' | GuardedBackend> {
  const mains = new Map<string, 'open' | GuardedBackend>()
  for (const ingress of ingresses) {
    if (isCanary(ingress)) continue
    for (const rule of ingress.rules) {
      const { backend } = rule.value
      const claim = claimOf(rule)
      if (backend.kind === 'unavailable' && backend.reason === 'guard-not-supported') mains.set(claim, backend)
      else if (!mains.has(claim)) mains.set(claim, 'open')
    }
  }
  return mains
}

function claimOf({ host, path, pathType }: Rule<RouteTarget>): string {
  const kind = pathType === 'Exact' ? 'exact' : 'prefix'
  const canonical = canonicalRulePath(path)
  const matchPath = canonical.kind === 'canonical' ? canonical.matchPath : path
  return `${host ?? ''} ${kind} ${kind === 'prefix' ? matchPath.replace(/\/$/u, '') : matchPath}`
}

// The rule table carries over hosts whose rules are the same objects, so a guarded rule is made once.
const guarded = new WeakMap<Rule<RouteTarget>, Rule<RouteTarget>>()

function guardedBy(rule: Rule<RouteTarget>, { reason, message }: GuardedBackend): Rule<RouteTarget> {
  const known = guarded.get(rule)
  const before = known?.value.backend
  if (known !== undefined && before?.kind === 'unavailable' && before.message === message) return known
  const { split: _, ...value } = rule.value
  const made = { ...rule, value: { ...value, backend: { kind: 'unavailable', reason, message } as const } }
  guarded.set(rule, made)
  return made
}
