import type { HostInput, RuleConflict } from '@ingresskit/rule-matcher'
import { settleCanaries } from './canary-mains.ts'
import type { CompiledIngress } from './compiled-ingress.ts'
import type { HostPart } from './host-part.ts'
import { settlePlaces } from './place-owners.ts'
import type { Problem } from './problem.ts'
import type { RouteTarget } from './route-target.ts'
import { siteLanguages } from './site-languages.ts'

/** What an Ingress says about the host. */
export interface Spoken extends HostPart {
  readonly ingress: CompiledIngress
}

/** One host with what its Ingresses say together. */
export interface SettledHost {
  /** What the rule table is given; without rules and defaults when nothing is left. */
  readonly input: HostInput<RouteTarget>
  /** Rules that stand where another namespace was first. */
  readonly conflicts: readonly RuleConflict<RouteTarget>[]
  /** Of canaries. */
  readonly problems: readonly Problem[]
  /** That its rules name in `match-language`; `undefined` where they name none. */
  readonly languages: readonly string[] | undefined
}

/**
 * Puts together what Ingresses say about a host. The input of the table is in the order given. O(rules of the host).
 */
export function settleHost(host: string | undefined, parts: readonly Spoken[]): SettledHost {
  const defaults = parts.flatMap(part => part.defaults)
  if (parts.every(({ rules }) => rules[0]?.alternative === undefined)) {
    return {
      input: { host, rules: parts.flatMap(({ rules }) => rules), defaults },
      conflicts: [],
      problems: [],
      languages: undefined,
    }
  }
  const places = settlePlaces(parts.map(({ ingress, rules }) => ({ ...ingress, rules })))
  const settled = settleCanaries(places.ingresses)
  return {
    input: { host, rules: settled.ingresses.flatMap(({ rules }) => rules), defaults },
    conflicts: places.conflicts,
    problems: settled.problems,
    languages: siteLanguages(settled.ingresses).get(host),
  }
}
