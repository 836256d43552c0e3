/** The figures of a run as tables in Markdown, beside what they are to be. */

import { markdownTable } from '../report/markdown-table.ts'
import type { ScaleFigures } from './measure-scale.ts'
import { percentile } from './percentile.ts'
import type { Phase, PhaseName } from './run-phase.ts'
import type { ScaleOptions } from './scale-options.ts'

/** Cores in use by others from which on times say little. */
const muchOfMachine = 0.2

/** Targets first, then what was measured besides. */
export function scaleTables(options: ScaleOptions, figures: ScaleFigures): string {
  return [targetTable(figures), phaseTable(figures.phases), liveTable(figures), conditions(options, figures)].join(
    '\n\n',
  )
}

/** Wrong answers and missing ones, one sentence each: figures of such a run mean nothing. */
export function scaleProblems({ phases, quietProbes, busyProbes }: ScaleFigures): readonly string[] {
  const failed = phases.filter(({ load }) => (load?.errors ?? 0) > 0)
  const probes = quietProbes.errors + busyProbes.errors
  return [
    ...failed.map(({ name, load }) => `${load?.errors} requests of the phase "${name}" failed`),
    ...(probes > 0 ? [`${probes} probes got a wrong answer, or none in time`] : []),
  ]
}

/** Why figures may say little, one sentence each. */
export function scaleDoubts(
  options: ScaleOptions,
  { phases, busyProbes, complaints }: ScaleFigures,
): readonly string[] {
  const slow = phases.filter(({ eventsPerSecond }) => eventsPerSecond > 0 && eventsPerSecond < options.events * 0.95)
  const strangers = Math.max(...phases.map(phase => phase.strangers))
  const probes = busyProbes.endpoints.length + busyProbes.ingress.length
  return [
    ...slow.map(({ name, eventsPerSecond }) => `only ${eventsPerSecond.toFixed(0)} events/s in the phase "${name}"`),
    ...(probes < options.probes ? [`only ${probes} of ${options.probes} probes had time`] : []),
    ...(strangers > muchOfMachine ? [`other programs took up to ${strangers.toFixed(1)} cores meanwhile`] : []),
    ...(complaints.count > 0
      ? [`the controller complained ${complaints.count} times, lastly: ${complaints.last}`]
      : []),
  ]
}

function targetTable(figures: ScaleFigures): string {
  const { readyMs, memory, phases, busyProbes } = figures
  const quiet = phaseOf(phases, 'traffic')?.load
  const busy = phaseOf(phases, 'both')?.load
  const liveP99Ms = percentile([...busyProbes.endpoints, ...busyProbes.ingress], 0.99)
  const ratio = (busy?.p99Ms ?? Number.NaN) / (quiet?.p99Ms ?? Number.NaN)
  const isVoid = scaleProblems(figures).length > 0
  const rows = [
    target('start of the process to ready', readyMs / 1000, { most: 15, unit: ' s', digits: 1 }),
    target('memory, settled after the start', memory.settledBytes / 1e6, { most: 1000, unit: ' MB', digits: 0 }),
    target('memory, the most it ever was', memory.peakBytes / 1e6, { most: 1000, unit: ' MB', digits: 0 }),
    target('event to live traffic, p99', liveP99Ms, { most: 150, unit: ' ms', digits: 0 }),
    target('p99 of traffic while events arrive, × quiet', ratio, { most: 2, unit: '', digits: 2 }),
  ]
  const judged = rows.map(row => (isVoid ? [...row.slice(0, -1), 'void'] : row))
  return markdownTable(['', 'measured', 'wanted', ''], judged)
}

function target(
  what: string,
  value: number,
  { most, unit, digits }: { readonly most: number; readonly unit: string; readonly digits: number },
): readonly string[] {
  return [what, `${value.toFixed(digits)}${unit}`, `≤ ${most}${unit}`, value <= most ? 'met' : 'not met']
}

const phaseNames: Readonly<Record<PhaseName, string>> = {
  idle: 'idle',
  events: 'events',
  traffic: 'traffic',
  both: 'events and traffic',
  probes: 'events and probes',
}

function phaseTable(phases: readonly Phase[]): string {
  const head = [
    'phase',
    'events/s',
    'CPU s/s: main thread',
    'traffic threads',
    'others',
    'strangers',
    'memory',
    'p50',
    'p99',
    'max',
    'client late, p99',
  ]
  const ms = (value: number | undefined): string => (value === undefined ? '' : `${value.toFixed(2)} ms`)
  return markdownTable(
    head,
    phases.map(({ name, cpu, strangers, eventsPerSecond, load, memoryBytes }) => [
      phaseNames[name],
      eventsPerSecond.toFixed(0),
      cpu.main.toFixed(3),
      cpu.traffic.toFixed(3),
      cpu.others.toFixed(3),
      strangers.toFixed(2),
      megabytes(memoryBytes),
      ms(load?.p50Ms),
      ms(load?.p99Ms),
      ms(load?.maxMs),
      ms(load?.lateP99Ms),
    ]),
  )
}

function liveTable({ quietProbes, busyProbes }: ScaleFigures): string {
  const rows = (
    [
      ['EndpointSlice, quiet', quietProbes.endpoints],
      ['Ingress, quiet', quietProbes.ingress],
      ['EndpointSlice, while events arrive', busyProbes.endpoints],
      ['Ingress, while events arrive', busyProbes.ingress],
    ] as const
  ).map(([what, times]) => [
    what,
    String(times.length),
    ...[0.5, 0.95, 0.99, 1].map(share => `${percentile(times, share).toFixed(0)} ms`),
  ])
  return markdownTable(['event to live traffic', 'probes', 'p50', 'p95', 'p99', 'max'], rows)
}

function conditions(options: ScaleOptions, { objects, memory, startCpu }: ScaleFigures): string {
  const { ingresses, paths, services, endpoints, events, requests, seconds, workers } = options
  const start = startCpu.main + startCpu.traffic + startCpu.others
  const size = `${ingresses} Ingresses of ${paths} paths, ${services} Services, ${endpoints} endpoints: ${objects} objects`
  const rates = `${events} events/s, ${requests} requests/s, ${seconds} s a phase, ${workers} ${workers === 1 ? 'worker' : 'workers'}`
  const more = `CPU until ready ${start.toFixed(1)} s; memory ${megabytes(memory.readyBytes)} when ready, ${megabytes(memory.startPeakBytes)} at most until then`
  return `${size}; ${rates}. ${more}.`
}

function phaseOf(phases: readonly Phase[], name: PhaseName): Phase | undefined {
  return phases.find(phase => phase.name === name)
}

function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1e6)} MB`
}
