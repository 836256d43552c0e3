import { Histogram, type Registry } from 'prom-client'
import { ReadCounter, type Sample } from './read-counter.ts'
import type { Collected, TalliesCollector } from './tallies-collector.ts'
import {
  durationBuckets,
  labelsOfSeries,
  methodLabels,
  partsOfStatusKey,
  requestsOf,
  seriesFields,
  type SeriesLabels,
  seriesWidth,
} from './tallies-snapshot.ts'

const routeLabels = ['namespace', 'ingress', 'service'] as const
const durationName = 'ingresskit_request_duration_seconds'
const durationHelp = 'Time from the head of a request to its end'

/** Registers the metrics of requests. Nothing is counted in them: a scrape reads what the collector gives. */
export function registerTallies(registry: Registry, collector: TalliesCollector): void {
  const counter = (name: string, help: string, { labelNames, read }: CounterOf): void => {
    registry.registerMetric(new ReadCounter({ name, help, labelNames, registers: [] }, collector, read))
  }
  const field = (name: 'requestBytes' | 'responseBytes' | 'retries'): CounterOf => ({
    labelNames: routeLabels,
    read: collected => fieldSamples(collected, seriesFields[name]),
  })
  counter('ingresskit_requests_total', 'Finished requests', {
    labelNames: [...routeLabels, 'method', 'status'],
    read: requestSamples,
  })
  counter('ingresskit_proxy_answers_total', 'Requests that the proxy answered or cut itself, by reason', {
    labelNames: ['reason'],
    read: ({ tallies }) =>
      tallies.reasons.map((reason, index) => ({ labels: { reason }, value: tallies.reasonCounts[index] ?? 0 })),
  })
  registry.registerMetric(new ReadHistogram(collector))
  counter('ingresskit_request_bytes_total', 'Bytes of request bodies', field('requestBytes'))
  counter('ingresskit_response_bytes_total', 'Bytes of response bodies', field('responseBytes'))
  counter('ingresskit_upstream_retries_total', 'Attempts after the first', {
    labelNames: routeLabels,
    read: collected => fieldSamples(collected, seriesFields.retries).filter(({ value }) => value > 0),
  })
  counter('ingresskit_access_log_dropped_total', 'Lines of the access log that were not read in time', {
    labelNames: [],
    read: ({ tallies }) => [{ labels: {}, value: tallies.droppedLines }],
  })
}

interface CounterOf {
  readonly labelNames: readonly string[]
  readonly read: (collected: Collected) => Sample[]
}

function requestSamples({ tallies, shown }: Collected): Sample[] {
  const labels = tallies.series.map(labelsOfSeries)
  const order = [...tallies.statusKeys.keys()].toSorted(
    (one, other) => (tallies.statusKeys[one] ?? 0) - (tallies.statusKeys[other] ?? 0),
  )
  return order.flatMap(index => {
    const { series, method, status } = partsOfStatusKey(tallies.statusKeys[index] ?? 0)
    if (!shown.has(series)) return []
    return [
      {
        labels: { ...labels[series], method: methodLabels[method] ?? '', status: String(status) },
        value: tallies.statusCounts[index] ?? 0,
      },
    ]
  })
}

function fieldSamples({ tallies, shown }: Collected, field: number): Sample[] {
  return [...shown].map(series => ({
    labels: { ...labelsOfSeries(tallies.series[series] ?? '') },
    value: tallies.values[series * seriesWidth + field] ?? 0,
  }))
}

/** A line of a histogram; prom-client formats `sharedLabels` once for all lines of a series. */
interface HistogramSample extends Sample {
  readonly metricName: string
  readonly sharedLabels: SeriesLabels
}

class ReadHistogram extends Histogram {
  readonly #collector: TalliesCollector

  constructor(collector: TalliesCollector) {
    super({
      name: durationName,
      help: durationHelp,
      labelNames: routeLabels,
      buckets: [...durationBuckets],
      registers: [],
    })
    this.#collector = collector
  }

  /** What prom-client prints a histogram from, and makes `get` of. */
  async getForPromString(): Promise<object> {
    const collected = await this.#collector.collect()
    const values = [...collected.shown].flatMap(series => histogramSamples(collected, series))
    return { name: durationName, help: durationHelp, type: 'histogram', values, aggregator: 'sum' }
  }
}

function histogramSamples({ tallies }: Collected, series: number): readonly HistogramSample[] {
  const sharedLabels = labelsOfSeries(tallies.series[series] ?? '')
  const start = series * seriesWidth
  const sample = (metricName: string, labels: Sample['labels'], value: number): HistogramSample => ({
    metricName: `${durationName}_${metricName}`,
    labels,
    value,
    sharedLabels,
  })
  let below = 0
  const buckets = durationBuckets.map((le, index) => {
    below += tallies.values[start + seriesFields.buckets + index] ?? 0
    return sample('bucket', { le }, below)
  })
  const requests = requestsOf(tallies, series)
  return [
    ...buckets,
    sample('bucket', { le: '+Inf' }, requests),
    sample('sum', {}, tallies.values[start + seriesFields.seconds] ?? 0),
    sample('count', {}, requests),
  ]
}
