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
 * The same as compiling everything again, at the cost of the hosts that are named; of a host that is named twice the last counts.
 * `table` is not changed. Throws a `TypeError` for a table that this package did not make: nobody could tell what it was given.
 */
export function changeHosts<T>(table: RuleTable<T>, hosts: Iterable<HostInput<T>>): CompiledRules<T> {
  const previous = CompiledRuleTable.from(table)
  const changed = new Map<string | undefined, HostTable<T> | undefined>()
  for (const input of hosts) {
    const before = previous.hostTables.get(input.host)
    const isNothing = input.rules.length + input.defaults.length === 0
    if (before === undefined ? isNothing : isUnchanged(before, input)) changed.delete(input.host)
    else changed.set(input.host, isNothing ? undefined : buildHostTable(input))
  }
  return compiledRules(previous.after(changed))
}
