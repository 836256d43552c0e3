import type { Rule } from '@ingresskit/rule-matcher'
import type { CompiledIngress } from './compiled-ingress.ts'
import { placeOf } from './place.ts'
import { type Problem, problemReporter } from './problem.ts'
import type { Backend, RouteTarget } from './route-target.ts'

/** The Ingresses with the canary rules that may serve, and what is wrong with the others. */
export interface SettledCanaries {
  readonly ingresses: readonly CompiledIngress[]
  readonly problems: readonly Problem[]
}

/**
 * Puts canaries beside their main Ingresses: those of the same namespace with a rule for the same host, path and kind of match.
 *
 * A canary rule without one is left out. One whose main rule is not served because a guard of it cannot be enforced or a limit of it
 * cannot be read is not served either: the canary stands for the same site, and must not be the way around. One look at each
 * Ingress when there is no canary, else one at each rule of the hosts that have some.
 */
export function settleCanaries(ingresses: readonly CompiledIngress[]): SettledCanaries {
  const canaries = ingresses.filter(isCanary)
  if (canaries.length === 0) return { ingresses, problems: [] }
  const hosts = new Set(canaries.flatMap(({ rules }) => rules.map(({ host }) => host)))
  const mains = mainRules(ingresses, hosts)
  const problems: Problem[] = []
  const settled = ingresses.map(ingress => {
    if (!isCanary(ingress)) return ingress
    const report = problemReporter(ingress.source, problems)
    const rules = ingress.rules.flatMap(rule => {
      const main = mains.get(mainKey(rule))
      if (main === undefined) {
        report('warning', 'CanaryWithoutMain', {
          field: rule.value.field,
          message: `no Ingress of namespace ${ingress.ingress.namespace} that is not a canary serves path ${rule.path} of host ${rule.host ?? '(any)'} with the same kind of pathType, so this canary gets nothing; create one or correct the path`,
        })
        return []
      }
      return main === 'open' ? [rule] : [closedBy(rule, main)]
    })
    return { ...ingress, rules }
  })
  return { ingresses: settled, problems }
}

function isCanary({ rules }: CompiledIngress): boolean {
  return rules[0]?.value.canary !== undefined // The same for all rules of an Ingress.
}

type ClosedBackend = Extract<Backend, { kind: 'unavailable' }>

/** By `mainKey`: what keeps one of the main rules there from being served, if anything does. */
function mainRules(
  ingresses: readonly CompiledIngress[],
  hosts: ReadonlySet<string | undefined>,
): ReadonlyMap<string, 'open' | ClosedBackend> {
  const mains = new Map<string, 'open' | ClosedBackend>()
  for (const ingress of ingresses) {
    if (isCanary(ingress)) continue
    for (const rule of ingress.rules) {
      if (!hosts.has(rule.host)) continue
      const key = mainKey(rule)
      const closed = closedBackend(rule.value)
      if (closed !== undefined) mains.set(key, closed)
      else if (!mains.has(key)) mains.set(key, 'open')
    }
  }
  return mains
}

function mainKey(rule: Rule<RouteTarget>): string {
  return `${rule.value.ingress.namespace} ${placeOf(rule).key}`
}

/** Why nothing at all is served on purpose, however the requests are split. */
function closedBackend({ backend, split }: RouteTarget): ClosedBackend | undefined {
  const used = split === undefined ? [backend] : split.flatMap(branch => (branch.weight > 0 ? [branch.backend] : []))
  const closed = used.filter(isClosed)
  return closed.length === used.length ? closed[0] : undefined
}

function isClosed(backend: Backend): backend is ClosedBackend {
  return (
    backend.kind === 'unavailable' && (backend.reason === 'guard-not-supported' || backend.reason === 'limit-invalid')
  )
}

// The rule table carries over hosts whose rules are the same objects, so a closed rule is made once.
const closedRules = new WeakMap<Rule<RouteTarget>, Rule<RouteTarget>>()

function closedBy(rule: Rule<RouteTarget>, { reason, message }: ClosedBackend): Rule<RouteTarget> {
  const known = closedRules.get(rule)
  const before = known?.value.backend
  if (known !== undefined && before?.kind === 'unavailable' && before.reason === reason && before.message === message)
    return known
  const { split: _, ...value } = rule.value
  const made = { ...rule, value: { ...value, backend: { kind: 'unavailable', reason, message } as const } }
  closedRules.set(rule, made)
  return made
}
