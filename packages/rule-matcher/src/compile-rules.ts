/** Compiles Ingress rules into an immutable table. */
import { CompiledRuleTable } from './compiled-rule-table.ts'
import { buildHostTable, isUnchanged } from './host-table.ts'
import type { HostInput, HostTable, RejectedRule } from './host-table.ts'
import { LayeredMap } from './layered-map.ts'
import type { DefaultRule, Rule, RuleConflict } from './rule.ts'
import type { RuleTable } from './rule-table.ts'

/** All rules at once, in any order: conflicts are decided by precedence, and by order only between equals. */
export interface CompileInput<T> {
  /** One per path of an Ingress rule. */
  readonly rules: Iterable<Rule<T>>
  /** One per host of an Ingress with `spec.defaultBackend`; with `host` undefined for an Ingress that names no host. */
  readonly defaults: Iterable<DefaultRule<T>>
}

/** Settings of one compilation. */
export interface CompileOptions<T> {
  /**
   * The table before this change; default: none, everything is compiled.
   *
   * A host whose rules and defaults are the same objects in the same order is carried over, so a small change costs
   * grouping the rules by host and compiling the hosts it touches.
   */
  readonly previous?: RuleTable<T> | undefined
}

/** A table, and what was wrong with its input. Nothing wrong with one rule keeps another from being compiled. */
export interface CompiledRules<T> {
  /** Serves every rule that is neither a loser in `conflicts` nor in `rejected`. */
  readonly table: RuleTable<T>
  /** Each rule or default that never serves because another claims the same host, path and kind of match. */
  readonly conflicts: readonly RuleConflict<T>[]
  /** Each rule whose path has no canonical form, such as `/a%00` or `a/b`. */
  readonly rejected: readonly RejectedRule<T>[]
}

/**
 * Compiles rules and defaults into a table.
 *
 * Two rules are in conflict when host, canonical path and kind of match are the same, within one object as well. `Prefix` and
 * `ImplementationSpecific` are the same kind, `Exact` is another. Two defaults for the same host are in conflict too.
 * Never throws. Linear in the total length of hosts and paths.
 */
export function compileRules<T>(input: CompileInput<T>, options: CompileOptions<T> = {}): CompiledRules<T> {
  // A table made by someone else has nothing to carry over.
  const previous = options.previous instanceof CompiledRuleTable ? options.previous : undefined
  const hostTables = new Map<string | undefined, HostTable<T>>()
  for (const hostInput of groupByHost(input)) {
    const before = previous?.hostTables.get(hostInput.host)
    const isReusable = before !== undefined && isUnchanged(before, hostInput)
    hostTables.set(hostInput.host, isReusable ? before : buildHostTable(hostInput))
  }
  return compiledRules(new CompiledRuleTable<T>(new LayeredMap(hostTables)))
}

/** A table with its conflicts and what it rejected. */
export function compiledRules<T>(table: CompiledRuleTable<T>): CompiledRules<T> {
  return { table, conflicts: table.conflicts, rejected: table.rejected }
}

function groupByHost<T>(input: CompileInput<T>): Iterable<HostInput<T>> {
  const groups = new Map<string | undefined, HostGroup<T>>()
  for (const rule of input.rules) groupOf(groups, rule.host).rules.push(rule)
  for (const rule of input.defaults) groupOf(groups, rule.host).defaults.push(rule)
  return groups.values()
}

interface HostGroup<T> extends HostInput<T> {
  readonly rules: Rule<T>[]
  readonly defaults: DefaultRule<T>[]
}

function groupOf<T>(groups: Map<string | undefined, HostGroup<T>>, host: string | undefined): HostGroup<T> {
  const known = groups.get(host)
  if (known !== undefined) return known
  const group: HostGroup<T> = { host, rules: [], defaults: [] }
  groups.set(host, group)
  return group
}
