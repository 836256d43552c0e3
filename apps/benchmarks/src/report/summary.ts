import { contestantNames } from '../contestants/contestant.ts'
import type { WorkloadResult } from './results.ts'
import { ratio, spread } from './statistics.ts'
import { verdicts } from './verdicts.ts'

/** Results for a terminal: medians, spreads and ratios to nginx of every contestant, then verdicts on the targets, then what is void. */
export function summary(results: readonly WorkloadResult[]): string {
  const judged = verdicts(results).map(({ text, isMet }) => `${isMet ? 'met    ' : 'NOT MET'} ${text}`)
  const others = Math.max(
    0,
    ...results.flatMap(({ rounds }) => Object.values(rounds).flatMap(each => each['others'] ?? [])),
  )
  const shared =
    others > 0.1 ? [`NOTE    up to ${(others * 100).toFixed(0)} % of the contestants' core went to something else`] : []
  const voids = results.flatMap(({ workload, voids: reasons }) =>
    Object.entries(reasons).map(([name, reason]) => `VOID    ${workload}, ${name}: ${reason}`),
  )
  return `${[...results.flatMap(linesOf), ...judged, ...shared, ...voids].join('\n')}\n`
}

function linesOf({ workload, about, columns, rounds, leftOut }: WorkloadResult): string[] {
  const lines = contestantNames.flatMap(name =>
    columns.flatMap(({ figure, unit }, column) => {
      const [ours, nginx] = [rounds[name]?.[figure], rounds.nginx?.[figure]]
      if (ours === undefined) return []
      const { median, min, max } = spread(ours)
      const against = nginx === undefined || name === 'nginx' ? undefined : ratio(ours, nginx)
      const ratioText =
        against === undefined
          ? ''
          : `, ${against.ofMedians.toFixed(2)} (${against.min.toFixed(2)}–${against.max.toFixed(2)}) × nginx`
      return `  ${(column === 0 ? name : '').padEnd(24)}${short(median)} ${unit} (${short(min)}–${short(max)})${ratioText}`
    }),
  )
  const absent = Object.entries(leftOut).map(([name, reason]) => `  ${name.padEnd(24)}${reason}`)
  return [`${workload}: ${about}`, ...lines, ...absent, '']
}

function short(value: number): string {
  return Math.abs(value) >= 100 ? Math.round(value).toLocaleString('en') : value.toPrecision(3)
}
