import type { DefaultRule, Rule } from '@ingresskit/rule-matcher'
import type { CompiledIngress } from './compiled-ingress.ts'
import type { RouteTarget } from './route-target.ts'

/** What one Ingress says about one host. */
export interface HostPart {
  readonly rules: readonly Rule<RouteTarget>[]
  readonly defaults: readonly DefaultRule<RouteTarget>[]
}

/** What an Ingress says, host by host; `undefined` stands for the rules without one. O(rules). */
export function hostParts(ingress: CompiledIngress): ReadonlyMap<string | undefined, HostPart> {
  const parts = new Map<string | undefined, { rules: Rule<RouteTarget>[]; defaults: DefaultRule<RouteTarget>[] }>()
  const partOf = (host: string | undefined) => {
    const part = parts.get(host) ?? { rules: [], defaults: [] }
    parts.set(host, part)
    return part
  }
  for (const rule of ingress.rules) partOf(rule.host).rules.push(rule)
  for (const rule of ingress.defaults) partOf(rule.host).defaults.push(rule)
  return parts
}
