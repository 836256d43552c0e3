import { comparePrecedence, compileRules, type RuleConflict, type RuleTable } from '@ingresskit/rule-matcher'
import { settleCanaries } from './canary-mains.ts'
import { compileIngress } from './compile-ingress.ts'
import type { CompiledIngress, TlsBinding } from './compiled-ingress.ts'
import { conflictProblems } from './conflict-problems.ts'
import { type ClassOptions, ingressClassSelector } from './ingress-class.ts'
import type { KubernetesObject } from './kubernetes-object.ts'
import { settlePlaces } from './place-owners.ts'
import { type Problem, problemReporter } from './problem.ts'
import type { RouteTarget } from './route-target.ts'
import { siteLanguages } from './site-languages.ts'

/** The objects of one moment, keyed by `namespace/name` (IngressClasses by name). */
export interface TranslationInput {
  /** Ingresses of every class; the selection happens here. */
  readonly ingresses: ReadonlyMap<string, KubernetesObject>
  /** By name. */
  readonly ingressClasses: ReadonlyMap<string, KubernetesObject>
  /** Services that backends may name. */
  readonly services: ReadonlyMap<string, KubernetesObject>
  /** The file an object was read from, where there is one. */
  readonly fileOf?: (object: KubernetesObject) => string | undefined
}

/** Everything that Ingress objects say, as one immutable value. */
export interface Translation {
  /** Which target a request meets. */
  readonly table: RuleTable<RouteTarget>
  /** Rules that lost their host and path to another Ingress; each is among `problems` too. */
  readonly conflicts: readonly RuleConflict<RouteTarget>[]
  /**
   * In the order of the Ingresses, each once. Bad annotations of a Service that an Ingress of ours uses are problems of the
   * Service. Missing Secrets are not among them: see `missingSecrets`.
   */
  readonly problems: readonly Problem[]
  /** In order of precedence: the oldest Ingress first. */
  readonly tls: readonly TlsBinding[]
  /** Secrets that are named by an Ingress of ours, as `namespace/name`. */
  readonly secrets: ReadonlySet<string>
  /**
   * For every rule host (`undefined`: the rules without one) the languages that its rules name in `match-language`, in order of
   * precedence and each once: the first 100. No entry where they name none.
   */
  readonly siteLanguages: ReadonlyMap<string | undefined, readonly string[]>
  /** Ingresses that are ours, by `namespace/name`. */
  readonly ingresses: ReadonlyMap<string, CompiledIngress>
  /** Ingresses that are not ours, by `namespace/name`: for explanations. */
  readonly skipped: ReadonlyMap<string, SkippedIngress>
}

/** An Ingress of another class. */
export interface SkippedIngress {
  /** The Ingress, as it was given. */
  readonly source: KubernetesObject
  /** A sentence that says why it is not ours. */
  readonly reason: string
}

/**
 * Kubernetes objects → routing table, TLS bindings and problems.
 *
 * Pure and total. With `previous`, an Ingress whose object and Services did not change is not compiled again, and a
 * host whose rules did not change keeps its part of the table: one change costs one compile plus O(Ingresses) bookkeeping.
 */
export function translateIngresses(
  input: TranslationInput,
  options: ClassOptions,
  previous?: Translation,
): Translation {
  const selector = ingressClassSelector(input.ingressClasses.values(), options)
  const skipped = new Map<string, SkippedIngress>()
  const ingresses = new Map<string, CompiledIngress>()
  const classProblems: Problem[] = [...selector.problems]
  for (const [key, object] of input.ingresses) {
    const verdict = selector.select(object)
    if (verdict.kind === 'ours') ingresses.set(key, reuseOrCompile(object, input, previous?.ingresses.get(key)))
    else {
      skipped.set(key, { source: object, reason: verdict.reason })
      if (verdict.missingClass !== undefined) reportMissingClass(object, verdict.missingClass, classProblems)
    }
  }
  const ordered = [...ingresses.values()]
  const places = settlePlaces(ordered)
  const settled = settleCanaries(places.ingresses)
  const compiled = compileRules<RouteTarget>(
    {
      rules: settled.ingresses.flatMap(({ rules }) => rules),
      defaults: ordered.flatMap(({ defaults }) => defaults),
    },
    previous === undefined ? {} : { previous: previous.table },
  )
  const conflicts = [...places.conflicts, ...compiled.conflicts]
  const tls = ordered.toSorted((a, b) => comparePrecedence(a.precedence, b.precedence)).flatMap(ingress => ingress.tls)
  return {
    table: compiled.table,
    conflicts,
    problems: [
      ...classProblems,
      ...withoutRepetition(ordered.flatMap(({ problems }) => problems)),
      ...settled.problems,
      ...conflictProblems(conflicts, ingresses),
    ],
    tls,
    secrets: new Set(tls.map(({ secret }) => secret)),
    siteLanguages: siteLanguages(settled.ingresses),
    ingresses,
    skipped,
  }
}

/** Every Ingress that uses a Service reports what is wrong with that Service. */
function withoutRepetition(problems: readonly Problem[]): readonly Problem[] {
  const seen = new Set<string>()
  return problems.filter(({ kind, namespace, name, field, message }) => {
    if (kind !== 'Service') return true
    const key = JSON.stringify([namespace, name, field, message])
    return seen.size < seen.add(key).size
  })
}

function reportMissingClass(object: KubernetesObject, className: string, problems: Problem[]): void {
  problemReporter(object, problems)('warning', 'IngressClassNotFound', {
    field: 'spec.ingressClassName',
    message: `there is no IngressClass object named ${className}, so the Ingress is not served; create the object`,
  })
}

function reuseOrCompile(
  object: KubernetesObject,
  input: TranslationInput,
  previous: CompiledIngress | undefined,
): CompiledIngress {
  if (previous?.source === object) {
    let unchanged = true
    for (const [key, service] of previous.services) unchanged &&= input.services.get(key) === service
    if (unchanged) return previous
  }
  const file = input.fileOf?.(object)
  return compileIngress(object, { service: key => input.services.get(key), ...(file === undefined ? {} : { file }) })
}
