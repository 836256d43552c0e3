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

/** What was given for one host, in the order given: at least one rule or default. */
export interface HostInput<T> {
  readonly host: string | undefined
  readonly rules: readonly Rule<T>[]
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
  const entries: (readonly [RulePath, MatchResult<T>])[] = []
  const serving: Rule<T>[] = []
  for (const { path, rules } of claims) {
    const rule = settle(rules, path.kind === 'prefix' && path.path === '' ? '/' : path.path, conflicts)
    if (rule === undefined) continue
    serving.push(rule)
    entries.push([path, { kind: 'rule', rule }])
  }
  const servingDefault = settle(input.defaults, '', conflicts)
  return {
    input,
    serving,
    servingDefault,
    paths: buildPathTree(entries),
    unmatched:
      servingDefault === undefined ? { kind: 'none', reason: 'no-path' } : { kind: 'default', rule: servingDefault },
    conflicts,
    rejected,
  }
}

/** Says whether compiling `input` would give `table` again: the very same rule objects in the same order. */
export function isUnchanged<T>(table: HostTable<T>, input: HostInput<T>): boolean {
  return hasSameElements(table.input.rules, input.rules) && hasSameElements(table.input.defaults, input.defaults)
}

/** Says whether two lists hold the same objects in the same order. */
export function hasSameElements<E>(a: readonly E[], b: readonly E[]): boolean {
  return a.length === b.length && a.every((element, index) => element === b[index])
}

interface Claim<T> {
  readonly path: Exclude<RulePath, { kind: 'rejected' }>
  readonly rules: Rule<T>[]
}

function groupByClaim<T>(rules: readonly Rule<T>[]): {
  readonly claims: Iterable<Claim<T>>
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
    const claim = claims.get(key)
    if (claim === undefined) claims.set(key, { path, rules: [rule] })
    else claim.rules.push(rule)
  }
  return { claims: claims.values(), rejected }
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
