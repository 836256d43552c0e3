/** The rule table in memory: one compiled table per host. */
import { hasSameElements, NO_HOST } from './host-table.ts'
import type { HostTable, RejectedRule } from './host-table.ts'
import { matchPathTree } from './path-tree.ts'
import { buildRadixTree, lookup } from './radix-tree.ts'
import type { RadixNode } from './radix-tree.ts'
import type { DefaultRule, MatchResult, Rule, RuleConflict } from './rule.ts'
import type { RuleTable } from './rule-table.ts'

/** Host tables by rule host; `undefined` is the key of what is for all hosts. */
export type HostTables<T> = ReadonlyMap<string | undefined, HostTable<T>>

/** Implements `RuleTable`; `hostTables` is what the next compilation carries over. */
export class CompiledRuleTable<T> implements RuleTable<T> {
  readonly hostTables: HostTables<T>
  readonly size: number
  readonly conflicts: readonly RuleConflict<T>[]
  readonly rejected: readonly RejectedRule<T>[]
  readonly #hostless: HostTable<T> | undefined
  readonly #wildcardTables: readonly HostTable<T>[]
  /** Keys are rule hosts without the `*`: a request's host is looked up from its first dot on. */
  readonly #wildcards: RadixNode<HostTable<T>>

  /** With `previous`, its tree of wildcards is used again when no wildcard host changed. */
  constructor(hostTables: HostTables<T>, previous?: CompiledRuleTable<T>) {
    const tables = [...hostTables.values()]
    this.hostTables = hostTables
    this.size = tables.reduce((sum, table) => sum + table.serving.length, 0)
    this.conflicts = tables.flatMap(table => table.conflicts)
    this.rejected = tables.flatMap(table => table.rejected)
    this.#hostless = hostTables.get(undefined)
    this.#wildcardTables = tables.filter(table => table.input.host?.startsWith('*.'))
    this.#wildcards =
      previous !== undefined && hasSameElements(previous.#wildcardTables, this.#wildcardTables)
        ? previous.#wildcards
        : buildRadixTree(this.#wildcardTables.map(table => [table.input.host?.slice(1) ?? '', table]))
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
