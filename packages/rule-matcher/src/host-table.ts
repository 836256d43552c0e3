/** Everything that was given for one host, compiled. */
import type { PathRejection } from './canonical-path.ts'
import { buildPathTree } from './path-tree.ts'
import type { PathTree } from './path-tree.ts'
import { comparePrecedence } from './precedence.ts'
import type { DefaultRule, MatchResult, Rule, RuleConflict } from './rule.ts'
import { rulePath } from './rule-path.ts'
import type { RulePath } from './rule-path.ts'

/** A rule that can never match, because its path has no canonical form. Its host still counts as named. */
export interface RejectedRule<T> {
  /** As it was given. */
  readonly rule: Rule<T>
  /** What is wrong with `rule.path`; requests with such a path are refused as well. */
  readonly reason: PathRejection
}

/** What is given for one host, in the order given. */
export interface HostInput<T> {
  /** As in `Rule`; it is that of all these rules and defaults. */
  readonly host: string | undefined
  /** One per path. */
  readonly rules: readonly Rule<T>[]
  /** One per Ingress with `spec.defaultBackend` and this host. */
  readonly defaults: readonly DefaultRule<T>[]
}

/** Immutable, so an unchanged host is carried over as it is from one rule table to the next. */
export interface HostTable<T> {
  readonly input: HostInput<T>
  /** The rules that can match: without those rejected and those that lost a conflict. */
  readonly serving: readonly Rule<T>[]
  readonly servingDefault: DefaultRule<T> | undefined
  readonly paths: PathTree<T>
  /** The answer when no path matches. */
  readonly unmatched: MatchResult<T>
  readonly conflicts: readonly RuleConflict<T>[]
  readonly rejected: readonly RejectedRule<T>[]
}

/** The answer when nothing names the host and no rule is for all hosts. */
export const NO_HOST: { readonly kind: 'none'; readonly reason: 'no-host' } = Object.freeze({
  kind: 'none',
  reason: 'no-host',
})

/** Compiles one host; O(total length of its paths), and n log n among rules that claim the same path. */
export function buildHostTable<T>(input: HostInput<T>): HostTable<T> {
  const conflicts: RuleConflict<T>[] = []
  const { claims, rejected } = groupByClaim(input.rules)
  const servingDefault = settle(input.defaults, '', conflicts)
  const unmatched: MatchResult<T> =
    servingDefault === undefined ? { kind: 'none', reason: 'no-path' } : { kind: 'default', rule: servingDefault }
  const serving: Rule<T>[] = []
  const settled = claims.map(claim => {
    const path = claim.path.kind === 'prefix' && claim.path.path === '' ? '/' : claim.path.path
    const plain = settle(claim.plain, path, conflicts)
    const alternatives = settleAlternatives(claim.alternatives, path, conflicts)
    if (plain !== undefined) serving.push(plain)
    serving.push(...alternatives)
    return { path: claim.path, plain, alternatives }
  })
  return {
    input,
    serving,
    servingDefault,
    paths: buildPathTree(matchResults(settled, unmatched)),
    unmatched,
    conflicts,
    rejected,
  }
}

/** Says whether compiling `input` would give `table` again: the very same rule objects in the same order. */
export function isUnchanged<T>(table: HostTable<T>, input: HostInput<T>): boolean {
  return hasSameElements(table.input.rules, input.rules) && hasSameElements(table.input.defaults, input.defaults)
}

/** Says whether two lists hold the same objects in the same order. */
function hasSameElements<E>(a: readonly E[], b: readonly E[]): boolean {
  return a.length === b.length && a.every((element, index) => element === b[index])
}

type ServingPath = Exclude<RulePath, { kind: 'rejected' }>

interface Claim<T> {
  readonly path: ServingPath
  readonly plain: Rule<T>[]
  readonly alternatives: Rule<T>[]
}

function groupByClaim<T>(rules: readonly Rule<T>[]): {
  readonly claims: readonly Claim<T>[]
  readonly rejected: readonly RejectedRule<T>[]
} {
  const claims = new Map<string, Claim<T>>()
  const rejected: RejectedRule<T>[] = []
  for (const rule of rules) {
    const path = rulePath(rule)
    if (path.kind === 'rejected') {
      rejected.push({ rule, reason: path.reason })
      continue
    }
    const key = `${path.kind} ${path.path}`
    const claim = claims.get(key) ?? { path, plain: [], alternatives: [] }
    claims.set(key, claim)
    if (rule.alternative === undefined) claim.plain.push(rule)
    else claim.alternatives.push(rule)
  }
  return { claims: [...claims.values()], rejected }
}

/** The winner among rules that claim the same; the others are added to `conflicts`. */
function settle<R extends Rule<T> | DefaultRule<T>, T>(
  rules: readonly R[],
  path: string,
  conflicts: RuleConflict<T>[],
): R | undefined {
  // Sorting is stable: between equals, the one given first wins.
  const [winner, ...losers] = rules.toSorted((a, b) => comparePrecedence(a.precedence, b.precedence))
  if (winner === undefined) return undefined
  for (const loser of losers) conflicts.push({ host: winner.host, path, winner, loser })
  return winner
}

/** The alternatives of one path in the order in which they are tried. */
function settleAlternatives<T>(
  rules: readonly Rule<T>[],
  path: string,
  conflicts: RuleConflict<T>[],
): readonly Rule<T>[] {
  const byKey = Map.groupBy(rules, rule => rule.alternative?.key)
  const winners = [...byKey.values()].flatMap(same => settle(same, path, conflicts) ?? [])
  return winners.toSorted((a, b) => rankOf(a) - rankOf(b) || comparePrecedence(a.precedence, b.precedence))
}

function rankOf(rule: Rule<unknown>): number {
  return rule.alternative?.rank ?? 0
}

interface SettledPath<T> {
  readonly path: ServingPath
  readonly plain: Rule<T> | undefined
  readonly alternatives: readonly Rule<T>[]
}

/** What each path answers. Where only alternatives claim a path, what they do not take goes on to the next shorter prefix. */
function matchResults<T>(
  paths: readonly SettledPath<T>[],
  unmatched: MatchResult<T>,
): readonly (readonly [RulePath, MatchResult<T>])[] {
  const prefixes = new Map<string, MatchResult<T>>()
  // Shorter ones first, and a prefix before the exact path of the same text: what is gone on to is there already.
  const order = paths.toSorted((a, b) => a.path.path.length - b.path.path.length || (a.path.kind === 'prefix' ? -1 : 1))
  return order.map(({ path, plain, alternatives }) => {
    const otherwise: MatchResult<T> =
      plain === undefined ? (longestPrefix(prefixes, path.path) ?? unmatched) : { kind: 'rule', rule: plain }
    const result: MatchResult<T> =
      alternatives.length === 0 ? otherwise : { kind: 'alternatives', alternatives, otherwise }
    if (path.kind === 'prefix') prefixes.set(path.path, result)
    return [path, result] as const
  })
}

function longestPrefix<T>(prefixes: ReadonlyMap<string, T>, path: string): T | undefined {
  for (let end = path.length; end >= 0; end = path.lastIndexOf('/', end - 1)) {
    const prefix = prefixes.get(path.slice(0, end))
    if (prefix !== undefined || end === 0) return prefix
  }
  return undefined
}
