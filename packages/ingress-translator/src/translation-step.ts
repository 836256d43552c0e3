import {
  changeHosts,
  comparePrecedence,
  compileRules,
  type HostInput,
  LayeredMap,
  mapDifference,
  type RuleTable,
} from '@ingresskit/rule-matcher'
import { compileIngress } from './compile-ingress.ts'
import type { CompiledIngress } from './compiled-ingress.ts'
import { conflictProblems } from './conflict-problems.ts'
import { type ClassOptions, type ClassSelector, ingressClassSelector } from './ingress-class.ts'
import type { KubernetesObject } from './kubernetes-object.ts'
import { type Problem, problemOf } from './problem.ts'
import type { RouteTarget } from './route-target.ts'
import type { SkippedIngress, Translation, TranslationInput } from './translation.ts'
import { TranslationIndex } from './translation-index.ts'

/** A translation, and what it was made from and with. */
export interface Memo {
  readonly input: TranslationInput
  readonly options: ClassOptions
  readonly translation: Translation
  readonly selector: ClassSelector
  readonly index: TranslationIndex
  /** Those of the translation. */
  readonly ingresses: LayeredMap<string, CompiledIngress>
  /** Those of the translation. */
  readonly skipped: LayeredMap<string, SkippedIngress>
  /** Compiled Ingresses that may be used again, by key. */
  readonly compiled: ReadonlyMap<string, CompiledIngress>
  /** What the next table is made from. */
  readonly table: RuleTable<RouteTarget>
  /** Hosts of that table that nobody is known to speak of. */
  readonly staleHosts: readonly (string | undefined)[]
  /** Of Ingresses whose class has no object, by key. */
  readonly missingClasses: ReadonlyMap<string, readonly Problem[]>
  /** Of the Ingresses with entries in `spec.tls`, in order of precedence. */
  readonly withTls: readonly TlsClaim[]
}

/** Entries of one Ingress; the same list while they and their precedence are the same. */
type TlsClaim = Pick<CompiledIngress, 'tls' | 'precedence'>

/** As if there were no objects yet; what `previous` compiled may be used again. */
export function beginning(input: TranslationInput, options: ClassOptions, previous: Translation | undefined): Memo {
  const empty = compileRules<RouteTarget>({ rules: [], defaults: [] }).table
  const ingresses = new LayeredMap<string, CompiledIngress>()
  const skipped = new LayeredMap<string, SkippedIngress>()
  const selector = ingressClassSelector(input.ingressClasses.values(), options)
  return {
    input: { ingresses: new Map(), ingressClasses: input.ingressClasses, services: new Map() },
    options,
    translation: {
      table: empty,
      conflicts: [],
      problems: selector.problems,
      tls: [],
      secrets: new Set(),
      siteLanguages: new Map(),
      ingresses,
      skipped,
    },
    ingresses,
    skipped,
    selector,
    index: new TranslationIndex(),
    compiled: previous?.ingresses ?? new Map(),
    table: previous?.table ?? empty,
    staleHosts: [...(previous?.table.hosts() ?? [])],
    missingClasses: new Map(),
    withTls: [],
  }
}

/** The translation of these objects, which have the IngressClasses of those before. The index of `memo` goes on, so do this once. */
export function goOn(memo: Memo, input: TranslationInput): Memo {
  return new Step(memo, input).take()
}

/** One step from a state of the objects to the next. */
class Step {
  readonly #memo: Memo
  readonly #input: TranslationInput
  /** What becomes of keys; `undefined`: nothing. */
  readonly #compiled = new Map<string, CompiledIngress | undefined>()
  readonly #skipped = new Map<string, SkippedIngress | undefined>()
  readonly #missingClasses: Map<string, readonly Problem[]>
  /** Compiled Ingresses of before that are no more, and those that are new. */
  readonly #gone = new Set<CompiledIngress>()
  readonly #come: CompiledIngress[] = []

  constructor(memo: Memo, input: TranslationInput) {
    this.#memo = memo
    this.#input = input
    this.#missingClasses = new Map(memo.missingClasses)
  }

  take(): Memo {
    const touched = this.#touched()
    if (touched.size === 0 && this.#memo.staleHosts.length === 0) return { ...this.#memo, input: this.#input }
    for (const [key, object] of touched) this.#replace(key, object)
    const { hosts, notes } = this.#memo.index.settle()
    const before = this.#memo.translation
    const rules = changeHosts(this.#memo.table, [...this.#leftBehind(hosts), ...hosts])
    // At a beginning the table may be that of before, but its conflicts are told nowhere yet.
    const goesOn = this.#memo.staleHosts.length === 0
    const conflicts =
      goesOn && notes === 'same' && rules.conflicts === this.#memo.table.conflicts
        ? before.conflicts
        : [...this.#memo.index.conflicts(), ...rules.conflicts]
    const ingresses = this.#memo.ingresses.with(this.#compiled)
    const skipped = this.#memo.skipped.with(this.#skipped)
    const withTls = this.#withTls()
    const tls = withTls === this.#memo.withTls ? before.tls : withTls.flatMap(claim => claim.tls)
    const translation: Translation = {
      table: rules.table,
      conflicts,
      problems:
        this.#saysNew(notes) || conflicts !== before.conflicts ? this.#problems(conflicts, ingresses) : before.problems,
      tls,
      secrets: tls === before.tls ? before.secrets : new Set(tls.map(({ secret }) => secret)),
      siteLanguages: notes === 'same' ? before.siteLanguages : this.#memo.index.languages(),
      ingresses,
      skipped,
    }
    return {
      ...this.#memo,
      input: this.#input,
      translation,
      ingresses,
      skipped,
      compiled: ingresses,
      table: rules.table,
      staleHosts: [],
      missingClasses: this.#missingClasses,
      withTls,
    }
  }

  /** Ingresses that changed, or whose Services did; `undefined` for those that are gone. */
  #touched(): ReadonlyMap<string, KubernetesObject | undefined> {
    const { ingresses, services } = this.#memo.input
    const own = mapDifference(ingresses, this.#input.ingresses)
    const used = mapDifference(services, this.#input.services)
    const touched = new Map<string, KubernetesObject | undefined>(own.changed)
    for (const key of own.removed) touched.set(key, undefined)
    const said = used.changed.filter(([key, service]) => !saysSame(services.get(key), service))
    for (const service of [...said.map(([key]) => key), ...used.removed])
      for (const user of this.#memo.index.usersOf(service))
        if (!touched.has(user)) touched.set(user, this.#input.ingresses.get(user))
    return touched
  }

  #replace(key: string, object: KubernetesObject | undefined): void {
    if (this.#memo.skipped.has(key)) this.#skipped.set(key, undefined)
    this.#missingClasses.delete(key)
    const before = this.#memo.ingresses.get(key)
    const after = object === undefined ? undefined : this.#take(key, object)
    if (before === after) return
    this.#memo.index.replace(key, before, after)
    if (before !== undefined) this.#gone.add(before)
    this.#compiled.set(key, after)
    if (after !== undefined) this.#come.push(after)
  }

  /** The Ingress compiled, when it is ours. */
  #take(key: string, object: KubernetesObject): CompiledIngress | undefined {
    const verdict = this.#memo.selector.select(object)
    if (verdict.kind === 'ours') return this.#compile(key, object)
    this.#skipped.set(key, { source: object, reason: verdict.reason })
    if (verdict.missingClass !== undefined) this.#missingClasses.set(key, [missingClass(object, verdict.missingClass)])
    return undefined
  }

  #compile(key: string, object: KubernetesObject): CompiledIngress {
    const { services, fileOf } = this.#input
    const previous = this.#memo.compiled.get(key)
    if (previous !== undefined && isSameIngress(previous.source, object)) {
      let isUnchanged = true
      for (const [service, used] of previous.services) isUnchanged &&= services.get(service) === used
      if (isUnchanged) return previous.source === object ? previous : { ...previous, source: object }
    }
    const file = fileOf?.(object)
    const compiled = compileIngress(object, {
      service: service => services.get(service),
      ...(file === undefined ? {} : { file }),
    })
    const keepsTls = previous !== undefined && JSON.stringify(tlsOf(previous)) === JSON.stringify(tlsOf(compiled))
    return keepsTls ? { ...compiled, tls: previous.tls } : compiled
  }

  /** Hosts of the table that nobody speaks of any more, as far as the index does not know them. */
  #leftBehind(hosts: readonly HostInput<RouteTarget>[]): readonly HostInput<RouteTarget>[] {
    const { staleHosts } = this.#memo
    if (staleHosts.length === 0) return []
    const spokenOf = new Set(hosts.map(({ host }) => host))
    return staleHosts.filter(host => !spokenOf.has(host)).map(host => ({ host, rules: [], defaults: [] }))
  }

  #saysNew(notes: 'changed' | 'same'): boolean {
    return (
      notes === 'changed' ||
      this.#missingClasses.size + this.#memo.missingClasses.size > 0 ||
      [...this.#gone, ...this.#come].some(({ problems }) => problems.length > 0)
    )
  }

  #problems(conflicts: Translation['conflicts'], ingresses: ReadonlyMap<string, CompiledIngress>): readonly Problem[] {
    const compiled: Problem[] = []
    for (const { problems } of ingresses.values()) compiled.push(...problems)
    return [
      ...this.#memo.selector.problems,
      ...[...this.#missingClasses.values()].flat(),
      ...withoutRepetition(compiled),
      ...inOrder([...this.#memo.index.problems(), ...conflictProblems(conflicts, ingresses)], ingresses),
    ]
  }

  /** The list of before when it says the same. */
  #withTls(): readonly TlsClaim[] {
    const before = this.#memo.withTls
    const gone = new Set([...this.#gone].filter(hasTls).map(({ tls }) => tls))
    const come = this.#come.filter(hasTls)
    if (come.length === gone.size && come.every(({ tls }) => gone.has(tls))) return before
    // Nearly in order already, which sorting makes use of.
    return [
      ...before.filter(({ tls }) => !gone.has(tls)),
      ...come.map(({ tls, precedence }) => ({ tls, precedence })),
    ].sort((a, b) => comparePrecedence(a.precedence, b.precedence))
  }
}

function hasTls({ tls }: CompiledIngress): boolean {
  return tls.length > 0
}

/** Whether nothing that is compiled changed: sources share the parts of an object that did not change, as when its status did. */
function isSameIngress(before: KubernetesObject, after: KubernetesObject): boolean {
  const [a, b] = [before.metadata, after.metadata]
  return (
    before === after ||
    (before['spec'] === after['spec'] &&
      a.annotations === b.annotations &&
      a.creationTimestamp === b.creationTimestamp &&
      after['spec'] !== undefined)
  )
}

/** Whether a Service says the same to Ingresses as before: labels and status are nothing to them. */
function saysSame(before: KubernetesObject | undefined, after: KubernetesObject): boolean {
  if (before === undefined) return false
  const said = ({ metadata, spec }: KubernetesObject): string =>
    JSON.stringify([spec ?? null, metadata.annotations ?? null])
  return said(before) === said(after)
}

/** What decides about server names. */
function tlsOf({ tls, precedence }: CompiledIngress): unknown {
  return tls.length === 0 ? [] : [tls, precedence]
}

/** What was found host by host, in the order of the Ingresses: hosts come in the order in which they changed. */
function inOrder(problems: readonly Problem[], ingresses: ReadonlyMap<string, unknown>): readonly Problem[] {
  if (problems.length < 2) return problems
  const places = new Map([...ingresses.keys()].map((key, index) => [key, index]))
  const placeOf = ({ namespace, name }: Problem): number => places.get(`${namespace ?? ''}/${name ?? ''}`) ?? 0
  const byField = (a: Problem, b: Problem): number => Number(a.field > b.field) - Number(a.field < b.field)
  return problems.toSorted((a, b) => placeOf(a) - placeOf(b) || byField(a, b))
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

function missingClass(object: KubernetesObject, className: string): Problem {
  return problemOf(object, 'warning', 'IngressClassNotFound', {
    field: 'spec.ingressClassName',
    message: `there is no IngressClass object named ${className}, so the Ingress is not served; create the object`,
  })
}
