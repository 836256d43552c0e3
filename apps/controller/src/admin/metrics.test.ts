import type { RequestRecord } from '@ingresskit/proxy'
import { Counter, Histogram, Registry } from 'prom-client'
import { describe, expect, it } from 'vitest'
import { parseMetrics } from '../../test/command/support/prometheus-text.ts'
import { variedRequests } from '../../test/support/request-records.ts'
import { createMetrics, type MetricsSources } from './metrics.ts'
import { RequestTallies } from './request-tallies.ts'

const sources: MetricsSources = { snapshot: () => undefined, now: () => 0 }

/** What prom-client itself makes of the same requests. */
function reference(records: readonly RequestRecord[]): Registry {
  const registry = new Registry()
  const registers = [registry]
  const labelNames = ['namespace', 'ingress', 'service']
  const counter = (name: string, names: readonly string[]): Counter =>
    new Counter({ name, help: 'x', labelNames: names, registers })
  const requests = counter('ingresskit_requests_total', [...labelNames, 'method', 'status'])
  const answers = counter('ingresskit_proxy_answers_total', ['reason'])
  const received = counter('ingresskit_request_bytes_total', labelNames)
  const sent = counter('ingresskit_response_bytes_total', labelNames)
  const retries = counter('ingresskit_upstream_retries_total', labelNames)
  const endpoint = (what: string): Counter =>
    counter(`ingresskit_endpoint_${what}_total`, ['namespace', 'service', 'endpoint'])
  const [picks, failures] = [endpoint('picks'), endpoint('failures')]
  const [answered, latency] = [endpoint('answers'), endpoint('latency_seconds')]
  const duration = new Histogram({
    name: 'ingresskit_request_duration_seconds',
    help: 'x',
    labelNames,
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60],
    registers,
  })
  for (const record of records) {
    const { namespace = '', ingress = '', service = '' } = record.labels ?? {}
    const labels = { namespace, ingress, service }
    const method = record.method === 'BREW' ? 'other' : record.method
    requests.inc({ ...labels, method, status: String(record.status) })
    if (record.reason !== undefined) answers.inc({ reason: record.reason })
    duration.observe(labels, record.durationMs / 1000)
    received.inc(labels, record.requestBytes)
    sent.inc(labels, record.responseBytes)
    for (const attempt of record.attempts) {
      const place = { namespace, service, endpoint: attempt.endpoint }
      picks.inc(place)
      failures.inc(place, ['answered', 'client-aborted'].includes(attempt.outcome) ? 0 : 1)
      answered.inc(place, attempt.latencyMs === undefined ? 0 : 1)
      latency.inc(place, (attempt.latencyMs ?? 0) / 1000)
    }
    if (record.attempts.length > 1) retries.inc(labels, record.attempts.length - 1)
  }
  return registry
}

/** Samples of requests by name and labels, whatever their order. */
async function samplesOf(registry: Registry): Promise<Readonly<Record<string, number>>> {
  const { problems, samples } = parseMetrics(await registry.metrics())
  expect(problems).toEqual([])
  const requests = samples
    .filter(({ name }) => name !== 'ingresskit_access_log_dropped_total')
    .filter(({ name }) => /_total$|_duration_/.test(name))
  return Object.fromEntries(
    requests.map(({ name, labels, value }) => [
      `${name} ${JSON.stringify(Object.entries(labels).toSorted(([one], [other]) => (one < other ? -1 : 1)))}`,
      Number(value.toPrecision(12)),
    ]),
  )
}

describe('the metrics of requests', () => {
  it('are what prom-client would have counted', async () => {
    for (let seed = 1; seed <= 20; seed += 1) {
      const records = variedRequests(seed * 5, seed)
      const metrics = createMetrics(sources)
      for (const record of records) metrics.record(record)
      expect(await samplesOf(metrics.registry)).toEqual(await samplesOf(reference(records)))
    }
  })

  it('are the sums of all threads, and stay so when one of them ends', async () => {
    const [ours, theirs] = [variedRequests(20, 1), variedRequests(20, 2)]
    const thread = new RequestTallies()
    const running = [thread]
    const metrics = createMetrics({
      ...sources,
      otherThreads: async () => running.map(tallies => tallies.snapshot()),
    })
    for (const record of ours) metrics.record(record)
    for (const record of theirs) thread.record(record)
    thread.countDroppedLines(7)
    const expected = await samplesOf(reference([...ours, ...theirs]))
    expect(await samplesOf(metrics.registry)).toEqual(expected)
    for (const ended of running.splice(0)) metrics.tallies.add(ended.snapshot())
    expect(await samplesOf(metrics.registry)).toEqual(expected)
    expect(await metrics.registry.metrics()).toContain('ingresskit_access_log_dropped_total 7')
  })

  it('can be had as JSON too', async () => {
    const metrics = createMetrics(sources)
    for (const record of variedRequests(3, 2)) metrics.record(record)
    const all = await metrics.registry.getMetricsAsJSON()
    const durations = all.find(({ name }) => name === 'ingresskit_request_duration_seconds')
    expect(durations?.values[0]?.labels).toMatchObject({ le: 0.001, namespace: expect.any(String) as string })
  })
})
