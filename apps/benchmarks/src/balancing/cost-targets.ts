/** The costs beside what they are to be. */

import type { MeasuredCase } from './cost-tables.ts'

/** One sentence for each target, and whether it is met. */
export function costVerdicts(cases: readonly MeasuredCase[]): readonly string[] {
  const ours = cases.filter(({ of }) => of.group === 'strategy')
  const picks = ours
    .filter(({ of }) => !of.name.startsWith('rendezvous'))
    .map(({ of, costs }) => verdict(`pick, ${of.name}`, { value: Math.min(...costs.pickNs), most: 200, unit: 'ns' }))
  const rebuilds = ours
    .filter(({ of }) => of.name.startsWith('maglev'))
    .map(({ of, costs }) =>
      verdict(`rebuild, ${of.name}`, { value: Math.min(...costs.changeNs) / 1e6, most: 50, unit: 'ms' }),
    )
  return [...picks, ...rebuilds]
}

function verdict(
  what: string,
  { value, most, unit }: { readonly value: number; readonly most: number; readonly unit: string },
): string {
  return `${what}: ${value.toFixed(unit === 'ms' ? 1 : 0)} ${unit}, wanted at most ${most} ${unit}: ${value <= most ? 'met' : 'not met'}`
}
