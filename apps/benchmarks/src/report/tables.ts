/** Results as Markdown. */

import { type ContestantName, contestantNames } from '../contestants/contestant.ts'
import type { Results, WorkloadResult } from './results.ts'
import { ratio, spread } from './statistics.ts'
import { verdicts } from './verdicts.ts'

/** Everything between the two markers of docs/performance.md. */
export function tables(results: Results): string {
  const { date, commit, machine, versions, roundsOfEach, secondsOfEach } = results
  const list = Object.entries(versions).map(([name, version]) => `${name} ${version}`)
  const { cpu, cores, memoryGiB, kernel } = machine
  const judged = verdicts(results.workloads)
  return [
    `${date} UTC, commit ${commit}; ${cpu}, ${cores} cores, ${memoryGiB} GiB, Linux ${kernel}; ${list.join(', ')}.`,
    `Medians of ${roundsOfEach} rounds of ${secondsOfEach} s, in brackets the least and the greatest. A ratio is that of the medians, in brackets the least and the greatest ratio of a round.`,
    ...results.workloads.flatMap(workloadTable),
    ...(judged.length === 0 ? [] : ['### Against the targets', verdictTable(judged)]),
  ].join('\n\n')
}

function workloadTable(result: WorkloadResult): string[] {
  const { workload, about, columns, rounds, voids, leftOut } = result
  const names = contestantNames.filter(name => rounds[name] !== undefined)
  const titles = [...columns.map(({ unit }) => unit), '× nginx', '× http-proxy-3']
  const rows = names.map(name => {
    const cells = columns.map(({ figure }) => cell(rounds[name]?.[figure]))
    return `| ${[name, ...cells, ratioTo(result, name, 'nginx'), ratioTo(result, name, 'http-proxy-3')].join(' | ')} |`
  })
  const missing = Object.entries({ ...leftOut, ...voids }).map(([name, reason]) => `${name}: ${reason}`)
  return [
    `### ${workload}: ${about}`,
    [`| | ${titles.join(' | ')} |`, `| --- |${titles.map(() => ' ---: |').join('')}`, ...rows].join('\n'),
    ...(missing.length === 0 ? [] : [`Without ${missing.join('; ')}.`]),
  ]
}

function verdictTable(judged: ReturnType<typeof verdicts>): string {
  const rows = judged.map(({ text, isMet }) => `| ${text} | ${isMet ? 'met' : 'not met'} |`)
  return ['| target for ingresskit-wire | |', '| --- | --- |', ...rows].join('\n')
}

function cell(values: readonly number[] | undefined): string {
  if (values === undefined) return ''
  const { median, min, max } = spread(values)
  return `${short(median)} (${short(min)}–${short(max)})`
}

/** Of the first column. */
function ratioTo({ columns, rounds }: WorkloadResult, name: ContestantName, other: ContestantName): string {
  const figure = columns[0]?.figure ?? ''
  const [ours, theirs] = [rounds[name]?.[figure], rounds[other]?.[figure]]
  if (ours === undefined || theirs === undefined || name === other) return ''
  const { ofMedians, min, max } = ratio(ours, theirs)
  return `${ofMedians.toFixed(2)} (${min.toFixed(2)}–${max.toFixed(2)})`
}

function short(value: number): string {
  return Math.abs(value) >= 100 ? Math.round(value).toLocaleString('en') : value.toPrecision(3)
}
