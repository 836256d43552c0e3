import type { RuleConflict } from '@ingresskit/rule-matcher'
import type { CompiledIngress } from './compiled-ingress.ts'
import { type Problem, problemReporter } from './problem.ts'
import type { RouteTarget } from './route-target.ts'

/** What the losers of conflicts are told. */
export function conflictProblems(
  conflicts: readonly RuleConflict<RouteTarget>[],
  ingresses: ReadonlyMap<string, CompiledIngress>,
): readonly Problem[] {
  const problems: Problem[] = []
  for (const conflict of conflicts) {
    const { namespace, name } = conflict.loser.value.ingress
    const object = ingresses.get(`${namespace}/${name}`)?.source
    if (object === undefined) continue
    problemReporter(object, problems)('warning', 'RuleConflict', {
      field: conflict.loser.value.field,
      message: messageFor(conflict),
    })
  }
  return problems
}

function messageFor({ loser, winner, host: ruleHost }: RuleConflict<RouteTarget>): string {
  const { ingress, field } = winner.value
  const host = ruleHost ?? '(any)'
  const first = `Ingress ${ingress.namespace}/${ingress.name}, which comes first by age, file and name`
  const isShared = [loser, winner].some(rule => 'alternative' in rule)
  if (isShared && loser.value.ingress.namespace !== ingress.namespace) {
    return `host ${host} and path ${loser.value.path} belong to ${first} (${field}); only Ingresses of namespace ${ingress.namespace} may stand beside it, so take another path or put this one there`
  }
  const what = loser.value.path === '' ? 'the default backend' : `path ${loser.value.path}`
  const same = loser.precedence.object === winner.precedence.object
  return `${what} of host ${host} is already served by ${same ? 'this Ingress' : first} (${field}); remove one of the two`
}
