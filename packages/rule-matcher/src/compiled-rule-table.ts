/** The rule table in memory: one compiled table per host. */
import type { LayeredMap } from './layered-map.ts'
import { NO_HOST } from './host-table.ts'
import type { HostTable, RejectedRule } from './host-table.ts'
import { matchPathTree } from './path-tree.ts'
import { buildRadixTree, lookup } from './radix-tree.ts'
import type { RadixNode } from './radix-tree.ts'
import type { DefaultRule, MatchResult, Rule, RuleConflict } from './rule.ts'
import type { RuleTable } from './rule-table.ts'

/** Host tables by rule host; `undefined` is the key of what is for all hosts. */
export type HostTables<T> = LayeredMap<string | undefined, HostTable<T>>

/** Implements `RuleTable`; `hostTables` is what the next compilation carries over. */
export class CompiledRuleTable<T> implements RuleTable<T> {
  readonly hostTables: HostTables<T>
  readonly size: number
  readonly conflicts: readonly RuleConflict<T>[]
  readonly rejected: readonly RejectedRule<T>[]
  readonly #hostless: HostTable<T> | undefined
  /** Keys are rule hosts without the `*`: a request's host is looked up from its first dot on. */
  readonly #wildcards: RadixNode<HostTable<T>>

  /** With `carried`, what is known already is not worked out again. */
  constructor(hostTables: HostTables<T>, carried: Carried<T> = workedOut(hostTables)) {
    this.hostTables = hostTables
    this.size = carried.size
    this.conflicts = carried.conflicts
    this.rejected = carried.rejected
    this.#wildcards = carried.wildcards
    this.#hostless = hostTables.get(undefined)
  }

  /** The table as what this package made. Throws for one that somebody else made. */
  static from<T>(table: RuleTable<T>): CompiledRuleTable<T> {
    if (table instanceof CompiledRuleTable) return table
    throw new TypeError('the rule table was not made by this package')
  }

  /** The table with these host tables in place of those of this one; `undefined`: the host goes. */
  after(changed: ReadonlyMap<string | undefined, HostTable<T> | undefined>): CompiledRuleTable<T> {
    if (changed.size === 0) return this
    const hostTables = this.hostTables.with(changed)
    let size = this.size
    let isOfNote = false
    let isWildcard = false
    for (const [host, after] of changed) {
      const before = this.hostTables.get(host)
      size += (after?.serving.length ?? 0) - (before?.serving.length ?? 0)
      isOfNote ||= [before, after].some(
        table => table !== undefined && table.conflicts.length + table.rejected.length > 0,
      )
      isWildcard ||= isWildcardHost(host)
    }
    return new CompiledRuleTable(hostTables, {
      size,
      conflicts: isOfNote ? conflictsOf(hostTables) : this.conflicts,
      rejected: isOfNote ? rejectedOf(hostTables) : this.rejected,
      wildcards: isWildcard ? wildcardsOf(hostTables) : this.#wildcards,
    })
  }

  match(host: string, matchPath: string): MatchResult<T> {
    // The text `*.foo.com` as a request's host finds by name the wildcard that covers it anyway.
    const table = this.hostTables.get(host) ?? this.#wildcard(host) ?? this.#hostless
    if (table === undefined) return NO_HOST
    return matchPathTree(table.paths, matchPath) ?? table.unmatched
  }

  *rules(): Generator<Rule<T>, void> {
    for (const table of this.hostTables.values()) yield* table.serving
  }

  *defaults(): Generator<DefaultRule<T>, void> {
    for (const table of this.hostTables.values()) if (table.servingDefault !== undefined) yield table.servingDefault
  }

  hosts(): Iterable<string | undefined> {
    return this.hostTables.keys()
  }

  #wildcard(host: string): HostTable<T> | undefined {
    const dot = host.indexOf('.')
    return dot > 0 ? lookup(this.#wildcards, host, dot) : undefined
  }
}

/** What a table knows of its host tables. */
interface Carried<T> {
  readonly size: number
  readonly conflicts: readonly RuleConflict<T>[]
  readonly rejected: readonly RejectedRule<T>[]
  readonly wildcards: RadixNode<HostTable<T>>
}

function workedOut<T>(hostTables: HostTables<T>): Carried<T> {
  let size = 0
  for (const { serving } of hostTables.values()) size += serving.length
  return {
    size,
    conflicts: conflictsOf(hostTables),
    rejected: rejectedOf(hostTables),
    wildcards: wildcardsOf(hostTables),
  }
}

function conflictsOf<T>(hostTables: HostTables<T>): readonly RuleConflict<T>[] {
  return [...hostTables.values()].flatMap(({ conflicts }) => conflicts)
}

function rejectedOf<T>(hostTables: HostTables<T>): readonly RejectedRule<T>[] {
  return [...hostTables.values()].flatMap(({ rejected }) => rejected)
}

function wildcardsOf<T>(hostTables: HostTables<T>): RadixNode<HostTable<T>> {
  const wildcards: (readonly [string, HostTable<T>])[] = []
  for (const [host, table] of hostTables) if (isWildcardHost(host)) wildcards.push([host.slice(1), table])
  return buildRadixTree(wildcards)
}

function isWildcardHost(host: string | undefined): host is string {
  return host?.startsWith('*.') === true
}
