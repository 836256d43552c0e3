/** The counts of one thread, or of several added up, as plain data that can be posted between threads. */

import type { EndpointTalliesSnapshot } from './endpoint-tallies.ts'

/** What a series is about; the labels of the exported metrics. Empty text where there is none. */
export interface SeriesLabels {
  readonly namespace: string
  readonly ingress: string
  readonly service: string
}

/** Everything counted since the start. Structured-cloneable; the arrays are copies that may be transferred. */
export interface TalliesSnapshot {
  /** By index: `seriesKey` of what the series is about. */
  readonly series: readonly string[]
  /** `seriesWidth` numbers for each series, at the offsets of `seriesFields`. */
  readonly values: Float64Array<ArrayBuffer>
  /** `statusKey` of each pair of method and status that a series had; in no order. */
  readonly statusKeys: Int32Array<ArrayBuffer>
  /** Requests for each of `statusKeys`. */
  readonly statusCounts: Float64Array<ArrayBuffer>
  /** By index: why the proxy itself answered or cut requests. */
  readonly reasons: readonly string[]
  /** Requests for each of `reasons`. */
  readonly reasonCounts: Float64Array<ArrayBuffer>
  /** Lines of the access log that nobody read in time. */
  readonly droppedLines: number
  /** By single endpoints. */
  readonly endpoints: EndpointTalliesSnapshot
}

/** What is not to be counted any more: keys of series and of endpoints. */
export interface GoneSeries {
  /** By `seriesKey`. */
  readonly series: readonly string[]
  /** By `endpointSeriesKey`. */
  readonly endpoints: readonly string[]
}

/** Upper bounds of the duration histogram, in seconds; one more bucket holds what is above. */
export const durationBuckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60] as const

/** Offsets of the numbers of one series. `buckets` is the first bucket: requests by duration, not cumulative. */
export const seriesFields = { requestBytes: 0, responseBytes: 1, retries: 2, seconds: 3, buckets: 4 } as const

/** Numbers of one series. */
export const seriesWidth: number = seriesFields.buckets + durationBuckets.length + 1

/** Methods that are told apart, by their index; the last stands for all others, so that clients cannot add any. */
export const methodLabels = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'other'] as const

/** Statuses are 0 (none was sent) to 999. */
const statusSpan = 1000
const cellSpan = methodLabels.length * statusSpan

/** One number for series, method and status, all of them indices. */
export function statusKey(series: number, method: number, status: number): number {
  return series * cellSpan + method * statusSpan + status
}

/** The parts of a `statusKey`. */
export function partsOfStatusKey(key: number): {
  readonly series: number
  readonly method: number
  readonly status: number
} {
  const cell = key % cellSpan
  return { series: (key - cell) / cellSpan, method: Math.floor(cell / statusSpan), status: cell % statusSpan }
}

/** One text for a series. Namespaces and names of Ingresses hold no line feed: two series never share a key. */
export function seriesKey({ namespace, ingress, service }: SeriesLabels): string {
  return `${namespace}\n${ingress}\n${service}`
}

/** The labels of a `seriesKey`. */
export function labelsOfSeries(key: string): SeriesLabels {
  const first = key.indexOf('\n')
  const second = key.indexOf('\n', first + 1)
  return { namespace: key.slice(0, first), ingress: key.slice(first + 1, second), service: key.slice(second + 1) }
}

/** Requests of the series at this index of a snapshot. */
export function requestsOf({ values }: TalliesSnapshot, series: number): number {
  const start = series * seriesWidth + seriesFields.buckets
  let requests = 0
  for (let index = start; index <= start + durationBuckets.length; index += 1) requests += values[index] ?? 0
  return requests
}
