import { comparePrecedence, type Rule, type RuleConflict } from '@ingresskit/rule-matcher'
import type { CompiledIngress } from './compiled-ingress.ts'
import { placeOf } from './place.ts'
import type { RouteTarget } from './route-target.ts'

/** The Ingresses without the rules that stand where another namespace was first. */
export interface SettledPlaces {
  /** In the order given; one that keeps all its rules is the same object. */
  readonly ingresses: readonly CompiledIngress[]
  /** Each rule that is left out, and the owner of its place. */
  readonly conflicts: readonly RuleConflict<RouteTarget>[]
}

/**
 * Keeps namespaces from taking each other's requests with `match-*` and canaries.
 *
 * A place belongs to the namespace of the rule that comes first there by precedence, whatever kind of rule it is: so neither a new
 * plain rule nor turning a canary into a plain Ingress takes a place from anybody. Between plain rules alone the rule table
 * decides. One look at each Ingress when there are no alternatives, else one at each rule of the hosts that have some.
 */
export function settlePlaces(ingresses: readonly CompiledIngress[]): SettledPlaces {
  const owners = ownersOfSharedPlaces(ingresses)
  if (owners.size === 0) return { ingresses, conflicts: [] }
  const conflicts: RuleConflict<RouteTarget>[] = []
  const hosts = new Set([...owners.values()].map(({ host }) => host))
  const settled = ingresses.map(ingress => {
    const rules = ingress.rules.filter(rule => {
      const winner = hosts.has(rule.host) ? owners.get(placeOf(rule).key) : undefined
      if (winner === undefined || namespaceOf(winner) === namespaceOf(rule)) return true
      if (winner.alternative === undefined && rule.alternative === undefined) return true // The table reports it.
      conflicts.push({ host: rule.host, path: placeOf(rule).path, winner, loser: rule })
      return false
    })
    return rules.length === ingress.rules.length ? ingress : { ...ingress, rules }
  })
  return { ingresses: settled, conflicts }
}

/** By key of the place: the rule that comes first among all that claim it. Only places with an alternative have an entry. */
function ownersOfSharedPlaces(ingresses: readonly CompiledIngress[]): ReadonlyMap<string, Rule<RouteTarget>> {
  const owners = new Map<string, Rule<RouteTarget>>()
  const hosts = new Set<string | undefined>()
  const claim = (key: string, rule: Rule<RouteTarget>): void => {
    const owner = owners.get(key)
    if (owner === undefined || comparePrecedence(rule.precedence, owner.precedence) < 0) owners.set(key, rule)
  }
  // An Ingress has alternatives only, or none.
  const isPlain = ({ rules }: CompiledIngress): boolean => rules[0]?.alternative === undefined
  for (const ingress of ingresses) {
    if (isPlain(ingress)) continue
    for (const rule of ingress.rules) {
      hosts.add(rule.host)
      claim(placeOf(rule).key, rule)
    }
  }
  if (hosts.size === 0) return owners
  for (const ingress of ingresses) {
    if (!isPlain(ingress)) continue
    for (const rule of ingress.rules) {
      if (!hosts.has(rule.host)) continue
      const { key } = placeOf(rule)
      if (owners.has(key)) claim(key, rule)
    }
  }
  return owners
}

function namespaceOf(rule: Rule<RouteTarget>): string {
  return rule.value.ingress.namespace
}
