import type { DefaultRule, Rule } from '@ingresskit/rule-matcher'
import type { CompiledIngress } from './compiled-ingress.ts'
import type { RouteTarget } from './route-target.ts'

/** What one Ingress says about one host. */
export interface HostPart {
  readonly rules: readonly Rule<RouteTarget>[]
  readonly defaults: readonly DefaultRule<RouteTarget>[]
}

// A compiled Ingress is the same object while nothing in it changed, so it is taken apart once.
const known = new WeakMap<CompiledIngress, ReadonlyMap<string | undefined, HostPart>>()

/** What an Ingress says, host by host; `undefined` stands for the rules without one. O(rules) the first time. */
export function hostParts(ingress: CompiledIngress): ReadonlyMap<string | undefined, HostPart> {
  const before = known.get(ingress)
  if (before !== undefined) return before
  const parts = new Map<string | undefined, { rules: Rule<RouteTarget>[]; defaults: DefaultRule<RouteTarget>[] }>()
  const partOf = (host: string | undefined) => {
    const part = parts.get(host) ?? { rules: [], defaults: [] }
    parts.set(host, part)
    return part
  }
  for (const rule of ingress.rules) partOf(rule.host).rules.push(rule)
  for (const rule of ingress.defaults) partOf(rule.host).defaults.push(rule)
  known.set(ingress, parts)
  return parts
}
