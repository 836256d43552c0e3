/** What goes on, on standard error; in colours only when that is a terminal. */

import { styleText } from 'node:util'
import type { Sample, Workload } from './workloads/workload.ts'

/** One line of a finished round; round 0 is the one that does not count. */
export function tellRound(
  { name, columns }: Workload,
  at: { readonly contestant: string; readonly round: number; readonly of: number },
  sample: Sample,
): void {
  const figures = columns.map(({ figure, unit }) => `${short(sample.figures[figure])} ${unit}`)
  const round = at.round === 0 ? 'warm-up' : `round ${at.round} of ${at.of}`
  const wrong = sample.errors > 0 ? paint('red', `  ${sample.errors} errors`) : ''
  process.stderr.write(`${paint('dim', `${name}, ${round},`)} ${at.contestant}: ${figures.join(', ')}${wrong}\n`)
}

/** One line about a contestant without figures. */
export function tellProblem(workload: string, contestant: string, problem: string): void {
  process.stderr.write(`${workload}, ${contestant}: ${paint('red', problem)}\n`)
}

function paint(style: 'red' | 'dim', text: string): string {
  return styleText(style, text, { stream: process.stderr })
}

function short(value: number = Number.NaN): string {
  return Math.abs(value) >= 100 ? value.toFixed(0) : value.toPrecision(3)
}
