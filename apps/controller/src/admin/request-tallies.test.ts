import { getHeapStatistics } from 'node:v8'
import type { RequestRecord } from '@ingresskit/proxy'
import { describe, expect, it } from 'vitest'
import { servedRequest } from '../../test/support/request-records.ts'
import { RequestTallies } from './request-tallies.ts'
import {
  durationBuckets,
  methodLabels,
  partsOfStatusKey,
  seriesFields,
  seriesKey,
  seriesWidth,
  type TalliesSnapshot,
} from './tallies-snapshot.ts'

const web = { namespace: 'shop', ingress: 'web', service: 'web' }
const record = servedRequest
const { labels: _, ...unlabelled } = record

function onSeries(ingress: string): RequestRecord {
  return { ...record, labels: { ...web, ingress, host: '', path: '' } }
}

/** `series method status` and its count. */
function statuses(snapshot: TalliesSnapshot): readonly (readonly [string, number])[] {
  return [...snapshot.statusKeys].map((key, index) => {
    const { series, method, status } = partsOfStatusKey(key)
    const ingress = snapshot.series[series]?.split('\n')[1] ?? '?'
    return [`${ingress} ${methodLabels[method]} ${status}`, snapshot.statusCounts[index] ?? 0]
  })
}

function field(snapshot: TalliesSnapshot, labels: typeof web, name: keyof typeof seriesFields): number | undefined {
  const series = snapshot.series.indexOf(seriesKey(labels))
  return snapshot.values[series * seriesWidth + seriesFields[name]]
}

describe('request tallies', () => {
  it('add up bytes, retries and time for each series', () => {
    const tallies = new RequestTallies()
    tallies.record(record)
    tallies.record({ ...record, attempts: [...record.attempts, ...record.attempts, ...record.attempts] })
    tallies.record(unlabelled)
    const snapshot = tallies.snapshot()
    expect(snapshot.series).toEqual(['shop\nweb\nweb', '\n\n'])
    expect(field(snapshot, web, 'requestBytes')).toBe(20)
    expect(field(snapshot, web, 'responseBytes')).toBe(200)
    expect(field(snapshot, web, 'retries')).toBe(2)
    expect(field(snapshot, web, 'seconds')).toBeCloseTo(0.006)
    expect(field(snapshot, { namespace: '', ingress: '', service: '' }, 'requestBytes')).toBe(10)
  })

  it('know a series again when a new configuration names it by another object', () => {
    const tallies = new RequestTallies()
    tallies.record(onSeries('web'))
    tallies.record(onSeries('web'))
    expect(tallies.snapshot().series).toHaveLength(1)
    expect(field(tallies.snapshot(), web, 'requestBytes')).toBe(20)
  })

  it('put a duration in the first bucket whose bound is not below it', () => {
    const bucketOf = (durationMs: number): number => {
      const tallies = new RequestTallies()
      tallies.record({ ...record, durationMs })
      return tallies.snapshot().values.subarray(seriesFields.buckets).indexOf(1)
    }
    expect(bucketOf(0)).toBe(0)
    expect(bucketOf(10_000_000)).toBe(durationBuckets.length)
    for (const [index, bound] of durationBuckets.entries()) {
      expect(bucketOf(bound * 1000)).toBe(index)
      expect(bucketOf(bound * 1000 + 0.01)).toBe(index + 1)
    }
  })

  it('tell methods and statuses apart, and let no client add any', () => {
    const tallies = new RequestTallies()
    for (const method of methodLabels.slice(0, -1)) tallies.record({ ...record, method })
    for (const method of ['BREW', 'get', '', '__proto__', 'other']) tallies.record({ ...record, method })
    for (const status of [0, -1, 404, 1000, Number.NaN]) tallies.record({ ...record, status })
    expect(Object.fromEntries(statuses(tallies.snapshot()))).toEqual({
      'web GET 200': 1,
      'web HEAD 200': 1,
      'web POST 200': 1,
      'web PUT 200': 1,
      'web PATCH 200': 1,
      'web DELETE 200': 1,
      'web OPTIONS 200': 1,
      'web other 200': 5,
      'web GET 0': 4,
      'web GET 404': 1,
    })
  })

  it('count reasons in a table of 256 rows, whose last takes what does not fit', () => {
    const tallies = new RequestTallies()
    for (let index = 0; index < 300; index += 1) tallies.record({ ...record, reason: `reason-${index}` })
    const { reasons, reasonCounts } = tallies.snapshot()
    expect(reasons).toHaveLength(256)
    expect([reasons.at(-1), reasonCounts.at(-1)]).toEqual(['other', 45])
  })

  it('keep 100,000 series and count the rest under empty labels', () => {
    const tallies = new RequestTallies()
    for (let index = 0; index < 100_020; index += 1) tallies.record(onSeries(`i-${index}`))
    const snapshot = tallies.snapshot()
    expect(snapshot.series).toHaveLength(100_001)
    expect(field(snapshot, { namespace: '', ingress: '', service: '' }, 'requestBytes')).toBe(200)
  })

  it('forget a series everywhere and nothing of the others', () => {
    const tallies = new RequestTallies()
    const records = ['a', 'b', 'c', 'd'].map(onSeries)
    for (const each of records) tallies.record({ ...each, reason: 'why' })
    tallies.forget({ series: [seriesKey({ ...web, ingress: 'b' }), 'no\nsuch\nseries'], endpoints: [] })
    // Labels of before, as a tunnel that outlived its configuration has them.
    for (const each of records) tallies.record(each)
    const snapshot = tallies.snapshot()
    expect(Object.fromEntries(statuses(snapshot))).toEqual({
      'a GET 200': 2,
      'c GET 200': 2,
      'd GET 200': 2,
      'b GET 200': 1,
    })
    expect(field(snapshot, { ...web, ingress: 'd' }, 'responseBytes')).toBe(200)
    expect(field(snapshot, { ...web, ingress: 'b' }, 'responseBytes')).toBe(100)
    expect([...snapshot.reasonCounts]).toEqual([4])
  })

  it('allocate nothing once series, statuses and reasons are known', () => {
    const tallies = new RequestTallies()
    const records = Array.from({ length: 100 }, (_unused, index) => ({
      ...onSeries(`i-${index % 30}`),
      status: index % 2 === 0 ? 200 : 502,
      durationMs: index * 1.7,
      reason: 'all-attempts-failed',
    }))
    const repeat = (times: number): void => {
      for (let index = 0; index < times; index += 1) for (const each of records) tallies.record(each)
    }
    repeat(5000)
    const before = getHeapStatistics().total_allocated_bytes
    repeat(2000)
    // A boxed number would be 12 bytes or more for each of the 200,000 calls.
    expect((getHeapStatistics().total_allocated_bytes - before) / 200_000).toBeLessThan(8)
  })
})
