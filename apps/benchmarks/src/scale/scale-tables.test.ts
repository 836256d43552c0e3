import { expect, it } from 'vitest'
import type { ScaleFigures } from './measure-scale.ts'
import type { Phase, PhaseName } from './run-phase.ts'
import { parseScaleOptions, type ScaleOptions } from './scale-options.ts'
import { scaleDoubts, scaleProblems, scaleTables } from './scale-tables.ts'

const options: ScaleOptions = (() => {
  const parsed = parseScaleOptions(['--probes', '4'])
  if (parsed.kind !== 'run') throw new Error('the defaults do not parse')
  return parsed.options
})()

const phase = (name: PhaseName, p99Ms: number, errors = 0): Phase => ({
  name,
  fromMs: 0,
  toMs: 1000,
  cpu: { main: 0.5, traffic: 0, others: 0.1 },
  strangers: 0,
  eventsPerSecond: 500,
  load: { requests: 100, errors, p50Ms: 1, p99Ms, maxMs: 30, lateP99Ms: 0.5 },
  memoryBytes: 500e6,
})

const figures: ScaleFigures = {
  objects: 3,
  readyMs: 14_900,
  readyAtMs: 20_000,
  startCpu: { main: 5, traffic: 0, others: 1 },
  memory: { readyBytes: 400e6, settledBytes: 410e6, startPeakBytes: 420e6, peakBytes: 1010e6 },
  phases: [phase('traffic', 4), phase('both', 10)],
  quietProbes: { endpoints: [20], ingress: [30], errors: 0 },
  busyProbes: { endpoints: [60, 80], ingress: [90, 151], errors: 0 },
  complaints: { count: 0, last: '' },
}

it('judges each target by itself', () => {
  const text = scaleTables(options, figures)
  expect(text).toContain('| start of the process to ready | 14.9 s | ≤ 15 s | met |')
  expect(text).toContain('| memory, settled after the start | 410 MB | ≤ 1000 MB | met |')
  expect(text).toContain('| memory, the most it ever was | 1010 MB | ≤ 1000 MB | not met |')
  expect(text).toContain('| event to live traffic, p99 | 151 ms | ≤ 150 ms | not met |')
  expect(text).toContain('| p99 of traffic while events arrive, × quiet | 2.50 | ≤ 2 | not met |')
  expect(scaleProblems(figures)).toEqual([])
  expect(scaleDoubts(options, figures)).toEqual([])
})

it('judges nothing when requests or probes failed', () => {
  const failed = { ...figures, phases: [phase('traffic', 4), phase('both', 10, 2)] }
  expect(scaleProblems(failed)).toEqual(['2 requests of the phase "both" failed'])
  expect(scaleTables(options, failed)).not.toMatch(/\| (not )?met \|/)
  const lost = { ...figures, busyProbes: { ...figures.busyProbes, errors: 1 } }
  expect(scaleProblems(lost)).toEqual(['1 probes got a wrong answer, or none in time'])
})

it('tells what makes the figures doubtful', () => {
  const slow: Phase = { ...phase('both', 10), eventsPerSecond: 400, strangers: 0.5 }
  const complaints = { count: 1, last: 'no API server' }
  expect(scaleDoubts({ ...options, probes: 5 }, { ...figures, phases: [slow], complaints })).toEqual([
    'only 400 events/s in the phase "both"',
    'only 4 of 5 probes had time',
    'other programs took up to 0.5 cores meanwhile',
    'the controller complained 1 times, lastly: no API server',
  ])
})
