import type { RequestRecord } from '@ingresskit/proxy'
import { expect, it } from 'vitest'
import { variedRequests } from '../../test/support/request-records.ts'
import { mergeTallies } from './merge-tallies.ts'
import { RequestTallies } from './request-tallies.ts'
import type { TalliesSnapshot } from './tallies-snapshot.ts'

function counted(records: readonly RequestRecord[]): TalliesSnapshot {
  const tallies = new RequestTallies()
  for (const each of records) tallies.record(each)
  tallies.countDroppedLines(records.length)
  return tallies.snapshot()
}

/** The same whatever the order of series, statuses and reasons. */
function comparable({ series, values, statusKeys, statusCounts, ...rest }: TalliesSnapshot): object {
  const width = values.length / Math.max(series.length, 1)
  return {
    series: Object.fromEntries(
      // Single precision: the order of additions shows in the last digits of a double.
      series.map((key, index) => [key, Array.from(values.subarray(index * width, (index + 1) * width), Math.fround)]),
    ),
    statuses: Object.fromEntries(
      [...statusKeys].map((key, index) => [`${series[Math.floor(key / 8000)]} ${key % 8000}`, statusCounts[index]]),
    ),
    reasons: Object.fromEntries(rest.reasons.map((reason, index) => [reason, rest.reasonCounts[index]])),
    droppedLines: rest.droppedLines,
  }
}

it('sums of threads, each posted as a clone, are what one thread would have counted', () => {
  for (let seed = 1; seed <= 50; seed += 1) {
    const threads = [0, 1, 2, 3].slice(0, seed % 5).map(thread => variedRequests(seed % 40, seed * 10 + thread))
    const merged = mergeTallies(threads.map(records => structuredClone(counted(records))))
    expect(comparable(merged)).toEqual(comparable(counted(threads.flat())))
  }
})

it('nothing adds up to nothing', () => {
  expect(mergeTallies([])).toMatchObject({ series: [], reasons: [], droppedLines: 0 })
})
