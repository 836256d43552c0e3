/** Says why a request met the rule it met, and why every other candidate did not serve. */
import type { PathRejection } from './canonical-path.ts'
import { chooseAlternative } from './choose-alternative.ts'
import { hostCoverage } from './host-coverage.ts'
import type { DefaultRule, DefiniteMatch, Rule } from './rule.ts'
import { rulePath } from './rule-path.ts'
import type { RuleTable } from './rule-table.ts'

/** Why a candidate serves the request, or the first reason why it does not: host first, then path, then conflicts. */
export type Verdict<T> =
  /** It serves the request. */
  | { readonly kind: 'won' }
  /** It lost a conflict: `winner` claims the same host and path. */
  | { readonly kind: 'conflict-lost'; readonly winner: Rule<T> | DefaultRule<T> }
  /** It is an alternative, and the request is none of those that the caller accepts for it. */
  | { readonly kind: 'not-accepted' }
  /** It serves the same host and path, but `winner` is an alternative that takes the request, and is tried before it. */
  | { readonly kind: 'alternative-first'; readonly winner: Rule<T> }
  /** It matches as a prefix, but `winner` is an exact path. */
  | { readonly kind: 'exact-beats-prefix'; readonly winner: Rule<T> }
  /** It matches, but `winner` is a longer prefix. */
  | { readonly kind: 'shorter-prefix'; readonly winner: Rule<T> }
  /** It is the default of the host, and a path matched. */
  | { readonly kind: 'default-not-needed'; readonly winner: Rule<T> }
  /** It never matches: its path has no canonical form. */
  | { readonly kind: 'path-rejected'; readonly reason: PathRejection }
  /** Its type is `Exact` and the path is not equal. */
  | { readonly kind: 'not-exact' }
  /** The path does not begin with its elements. */
  | { readonly kind: 'not-a-prefix' }
  /** Its wildcard covers the host, or it is for all hosts, but `decidedBy`, a more specific rule host, decides alone. */
  | { readonly kind: 'less-specific-host'; readonly decidedBy: string }
  /** `*` would have to stand for no label, or for more than one. */
  | { readonly kind: 'wildcard-needs-one-label' }
  /** It names another host. */
  | { readonly kind: 'other-host' }

/** A rule or default, and what became of it. */
export interface Candidate<T> {
  /** As it was given to `compileRules`. */
  readonly rule: Rule<T> | DefaultRule<T>
  /** Why it serves or not. */
  readonly verdict: Verdict<T>
}

/** Settings of one explanation. */
export interface ExplainOptions<T = unknown> {
  /** As `chooseAlternative` takes it; may be called several times for a rule. Default: no alternative takes the request. */
  readonly accepts?: (rule: Rule<T>) => boolean
  /** Most candidates listed; default 50. */
  readonly limit?: number
}

/** A match with its reasons. */
export interface MatchExplanation<T> {
  /** What `table.match` answers, settled by `accepts`. */
  readonly result: DefiniteMatch<T>
  /** The rule host that decided; `undefined` when none names the request's host. */
  readonly decidedBy: string | undefined
  /** The winner first, then those nearest to winning: the host that decides, wildcards that cover, rules for all hosts, the rest. */
  readonly candidates: readonly Candidate<T>[]
  /** Candidates beyond the limit. */
  readonly omitted: number
}

/**
 * Explains `table.match(host, matchPath)`; both are as they are there.
 *
 * Looks at every rule of the table (n log n): for people and for `explain`, not for each request.
 */
// oxlint-disable-next-line max-params -- three and an options object, which the style allows and the rule counts as four
export function explainMatch<T>(
  table: RuleTable<T>,
  host: string,
  matchPath: string,
  options: ExplainOptions<T> = {},
): MatchExplanation<T> {
  const limit = Math.max(0, options.limit ?? DEFAULT_LIMIT)
  const accepts = options.accepts ?? acceptsNone
  const result = chooseAlternative(table.match(host, matchPath), accepts)
  const decidedBy = decidingHost(table, host)
  const question: Question<T> = { table, host, matchPath, result, decidedBy, accepts, losses: lossesOf(table) }
  const all = [...everyRule(table)].map(rule => ({ rule, verdict: verdictOn(rule, question) }))
  const candidates = all.toSorted((a, b) => distance(a) - distance(b)).slice(0, limit)
  return { result, decidedBy, candidates, omitted: all.length - candidates.length }
}

const DEFAULT_LIMIT = 50
const acceptsNone = (): boolean => false

interface Question<T> {
  readonly table: RuleTable<T>
  readonly host: string
  readonly matchPath: string
  readonly result: DefiniteMatch<T>
  readonly decidedBy: string | undefined
  readonly accepts: (rule: Rule<T>) => boolean
  readonly losses: ReadonlyMap<AnyRule<T>, AnyRule<T>>
}

type AnyRule<T> = Rule<T> | DefaultRule<T>

function decidingHost<T>(table: RuleTable<T>, host: string): string | undefined {
  let wildcard: string | undefined
  for (const ruleHost of table.hosts()) {
    const coverage = hostCoverage(ruleHost, host)
    if (coverage === 'same') return ruleHost
    if (coverage === 'wildcard') wildcard = ruleHost
  }
  return wildcard
}

function lossesOf<T>(table: RuleTable<T>): ReadonlyMap<AnyRule<T>, AnyRule<T>> {
  return new Map(table.conflicts.map(conflict => [conflict.loser, conflict.winner]))
}

function* everyRule<T>(table: RuleTable<T>): Generator<AnyRule<T>, void> {
  yield* table.rules()
  yield* table.defaults()
  for (const conflict of table.conflicts) yield conflict.loser
  for (const rejected of table.rejected) yield rejected.rule
}

function verdictOn<T>(rule: AnyRule<T>, question: Question<T>): Verdict<T> {
  const { decidedBy, result } = question
  if (rule.host !== decidedBy) return hostVerdict(rule.host, question)
  if (result.kind !== 'none' && result.rule === rule) return { kind: 'won' }
  const mismatch = 'path' in rule ? pathMismatch(rule, question.matchPath) : undefined
  if (mismatch !== undefined) return mismatch
  const winner = question.losses.get(rule)
  if (winner !== undefined) return { kind: 'conflict-lost', winner }
  if ('path' in rule && rule.alternative !== undefined && !question.accepts(rule)) return { kind: 'not-accepted' }
  // Who matches without a conflict is beaten by a rule of its host: `match` answers none or a default only when no rule matches.
  if (result.kind !== 'rule') return { kind: 'not-a-prefix' }
  if (!('path' in rule)) return { kind: 'default-not-needed', winner: result.rule }
  if (claimsTheSame(rule, result.rule)) return { kind: 'alternative-first', winner: result.rule }
  const kind = result.rule.pathType === 'Exact' ? 'exact-beats-prefix' : 'shorter-prefix'
  return { kind, winner: result.rule }
}

function hostVerdict<T>(ruleHost: string | undefined, question: Question<T>): Verdict<T> {
  const coverage = hostCoverage(ruleHost, question.host)
  if (coverage === 'wildcard-needs-one-label') return { kind: coverage }
  if (coverage === 'other' || question.decidedBy === undefined) return { kind: 'other-host' }
  return { kind: 'less-specific-host', decidedBy: question.decidedBy }
}

function pathMismatch<T>(rule: Rule<T>, matchPath: string): Verdict<T> | undefined {
  const path = rulePath(rule)
  if (path.kind === 'rejected') return { kind: 'path-rejected', reason: path.reason }
  if (path.kind === 'exact') return path.path === matchPath ? undefined : { kind: 'not-exact' }
  const isPrefix = matchPath === path.path || matchPath.startsWith(path.path + '/')
  return isPrefix ? undefined : { kind: 'not-a-prefix' }
}

function claimsTheSame<T>(one: Rule<T>, other: Rule<T>): boolean {
  const [a, b] = [rulePath(one), rulePath(other)]
  return a.kind !== 'rejected' && a.kind === b.kind && a.path === b.path
}

/** How far from winning a candidate was. */
function distance<T>({ rule, verdict }: Candidate<T>): number {
  return ORDER.indexOf(verdict.kind) + (verdict.kind === 'less-specific-host' && rule.host === undefined ? 0.5 : 0)
}

const ORDER: readonly Verdict<unknown>['kind'][] = [
  'won',
  'conflict-lost',
  'alternative-first',
  'not-accepted',
  'exact-beats-prefix',
  'shorter-prefix',
  'default-not-needed',
  'path-rejected',
  'not-exact',
  'not-a-prefix',
  'less-specific-host',
  'wildcard-needs-one-label',
  'other-host',
]
