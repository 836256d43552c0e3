/** A table after a change of some hosts: the cost is that of the change. */
import { compiledRules, type CompiledRules } from './compile-rules.ts'
import { CompiledRuleTable } from './compiled-rule-table.ts'
import { buildHostTable, isUnchanged } from './host-table.ts'
import type { HostInput, HostTable } from './host-table.ts'
import type { RuleTable } from './rule-table.ts'

/**
 * The table in which these hosts are said anew: what they had before is forgotten, a host without rules and defaults goes. Hosts that are
 * not among them stay as they are.
 *
 * The same as compiling everything again, at the cost of copying the map of hosts and compiling those that are named. `table` must be
 * one that this package made; it is not changed.
 */
export function changeHosts<T>(table: RuleTable<T>, hosts: Iterable<HostInput<T>>): CompiledRules<T> {
  const previous = CompiledRuleTable.from(table)
  const hostTables = new Map<string | undefined, HostTable<T>>(previous.hostTables)
  const changed = new Set<string | undefined>()
  for (const input of hosts) {
    const before = hostTables.get(input.host)
    if (before !== undefined && isUnchanged(before, input)) continue
    changed.add(input.host)
    if (input.rules.length + input.defaults.length === 0) hostTables.delete(input.host)
    else hostTables.set(input.host, buildHostTable(input))
  }
  return changed.size === 0 ? compiledRules(previous) : compiledRules(previous.after(hostTables, changed))
}
