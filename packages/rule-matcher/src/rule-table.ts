/** The compiled form of all rules: what `compileRules` gives. */
import type { RejectedRule } from './host-table.ts'
import type { DefaultRule, MatchResult, Rule, RuleConflict } from './rule.ts'

/**
 * Answers which rule a request meets. Immutable: a change of the rules is a new table.
 *
 * The host decides first, and for itself alone. A host named by a rule or a default is served by its own; else by the wildcard that covers
 * it (`*.foo.com` covers one label more than `foo.com`, no less and no more); else by what is for all hosts. When the host
 * that decides has no such path, its own default serves, else the result is `none` with `no-path`: there is no fall-through to a wildcard, to
 * rules for all hosts or to the catch-all default of another Ingress. Within the host, an exact path goes before the longest prefix.
 */
export interface RuleTable<T> {
  /**
   * The rule for a request.
   *
   * `host` as `normalizeHost` gives it, `matchPath` as `canonicalPath` does; they are compared as they are.
   * O(length of host and path), independent of the number of rules. Allocates nothing: the same rule is always
   * answered with the same object, also by later tables while what was given for its host has not changed.
   */
  match(host: string, matchPath: string): MatchResult<T>
  /** Number of rules that can match: without defaults, conflict losers and rejected rules. */
  readonly size: number
  /** Every conflict, each loser once; the same as `compileRules` answered. */
  readonly conflicts: readonly RuleConflict<T>[]
  /** Rules whose path has no canonical form; the same as `compileRules` answered. */
  readonly rejected: readonly RejectedRule<T>[]
  /** The rules that can match, host by host in the order in which hosts were first given. */
  rules(): Iterable<Rule<T>>
  /** The defaults that serve, at most one per host. */
  defaults(): Iterable<DefaultRule<T>>
  /** Each host that was given a rule or a default, once; `undefined` stands for all other hosts. */
  hosts(): Iterable<string | undefined>
}
