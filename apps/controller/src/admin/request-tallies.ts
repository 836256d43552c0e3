import type { RequestRecord, RouteLabels } from '@ingresskit/proxy'
import { EndpointTallies } from './endpoint-tallies.ts'
import {
  durationBuckets,
  type GoneSeries,
  methodLabels,
  partsOfStatusKey,
  seriesFields,
  seriesKey,
  type SeriesLabels,
  seriesWidth,
  statusKey,
  type TalliesSnapshot,
} from './tallies-snapshot.ts'
import { StatusCounts } from './status-counts.ts'

/**
 * Series that one thread keeps at most: what comes after is counted under empty labels.
 *
 * Labels come from the configuration and `forget` takes away those that are gone, but only when somebody scrapes.
 */
const maxSeries = 100_000

/** Reasons are words of our own code; the bound only guards against one that is made of something else. */
const maxReasons = 256
const otherReason = 'other'

const bounds = Float64Array.from(durationBuckets)
const unlabelled: SeriesLabels = { namespace: '', ingress: '', service: '' }
const unlabelledKey = seriesKey(unlabelled)
const none: ReadonlySet<string> = new Set()
const otherMethod = methodLabels.indexOf('other')
const methodIndices: ReadonlyMap<string, number> = new Map(methodLabels.map((method, index) => [method, index]))

/**
 * Counts the finished requests of one thread in typed arrays.
 *
 * `record` allocates nothing once a series, a status and a reason have been seen; what a scrape needs is made when it is asked for.
 */
export class RequestTallies {
  /** Labels are new objects with every configuration snapshot, many of them for one series: identity is only a cache. */
  #byIdentity = new WeakMap<SeriesLabels, number>()
  #byKey = new Map<string, number>()
  #values: Float64Array<ArrayBuffer> = new Float64Array(16 * seriesWidth)
  #statuses = new StatusCounts()
  readonly #reasons = new Map<string, number>()
  readonly #reasonCounts = new Float64Array(maxReasons)
  readonly #endpoints = new EndpointTallies()
  #droppedLines = 0

  /** Counts one request. O(1). */
  record(record: RequestRecord): void {
    const labels: RouteLabels | SeriesLabels = record.labels ?? unlabelled
    const series = this.#byIdentity.get(labels) ?? this.#seriesOf(labels)
    const values = this.#values
    const start = series * seriesWidth
    const seconds = record.durationMs / 1000
    const retries = record.attempts.length - 1
    add(values, start + seriesFields.requestBytes, record.requestBytes)
    add(values, start + seriesFields.responseBytes, record.responseBytes)
    if (retries > 0) add(values, start + seriesFields.retries, retries)
    add(values, start + seriesFields.seconds, seconds)
    add(values, start + seriesFields.buckets + bucketOf(seconds), 1)
    this.#statuses.add(statusKey(series, methodIndices.get(record.method) ?? otherMethod, statusOf(record)), 1)
    this.#endpoints.record(labels, record.attempts)
    if (record.reason !== undefined) add(this.#reasonCounts, this.#reasonOf(record.reason), 1)
  }

  /** Counts lines that the access log had to drop. */
  countDroppedLines(lines: number): void {
    this.#droppedLines += lines
  }

  /** What was counted so far. O(series + statuses); allocates. */
  snapshot(): TalliesSnapshot {
    const { keys, counts } = this.#statuses.entries()
    return {
      series: [...this.#byKey.keys()],
      values: this.#values.slice(0, this.#byKey.size * seriesWidth),
      statusKeys: keys,
      statusCounts: counts,
      reasons: [...this.#reasons.keys()],
      reasonCounts: this.#reasonCounts.slice(0, this.#reasons.size),
      droppedLines: this.#droppedLines,
      endpoints: this.#endpoints.snapshot(),
    }
  }

  /** Adds what another thread counted, e.g. one that is gone. O(series + statuses) of the snapshot. */
  add(snapshot: TalliesSnapshot): void {
    this.#addSeries(snapshot, none)
    for (const [index, reason] of snapshot.reasons.entries())
      add(this.#reasonCounts, this.#reasonOf(reason), snapshot.reasonCounts[index] ?? 0)
    this.#droppedLines += snapshot.droppedLines
    this.#endpoints.add(snapshot.endpoints)
  }

  /** Takes them away; one that is recorded again begins at 0. Unknown keys are ignored. O(series + endpoints) when one is known. */
  forget({ series, endpoints }: GoneSeries): void {
    this.#endpoints.forget(endpoints)
    const gone = new Set(series.filter(key => this.#byKey.has(key)))
    if (gone.size === 0) return
    const before = this.snapshot()
    this.#byIdentity = new WeakMap()
    this.#byKey = new Map()
    this.#values = new Float64Array(this.#values.length)
    this.#statuses = new StatusCounts()
    this.#addSeries(before, gone)
  }

  #addSeries(snapshot: TalliesSnapshot, leftOut: ReadonlySet<string>): void {
    const indices = snapshot.series.map(key => (leftOut.has(key) ? undefined : this.#indexOf(key)))
    for (const [from, to] of indices.entries()) {
      if (to === undefined) continue
      for (let offset = 0; offset < seriesWidth; offset += 1)
        add(this.#values, to * seriesWidth + offset, snapshot.values[from * seriesWidth + offset] ?? 0)
    }
    for (const [index, key] of snapshot.statusKeys.entries()) {
      const { series, method, status } = partsOfStatusKey(key)
      const to = indices[series]
      if (to !== undefined) this.#statuses.add(statusKey(to, method, status), snapshot.statusCounts[index] ?? 0)
    }
  }

  #seriesOf(labels: SeriesLabels): number {
    const index = this.#indexOf(seriesKey(labels))
    this.#byIdentity.set(labels, index)
    return index
  }

  #indexOf(key: string): number {
    const known = this.#byKey.get(key)
    if (known !== undefined) return known
    // One more than the bound: where all that is beyond it is counted.
    if (this.#byKey.size >= maxSeries && key !== unlabelledKey) return this.#indexOf(unlabelledKey)
    const index = this.#byKey.size
    if ((index + 1) * seriesWidth > this.#values.length) {
      const grown = new Float64Array(this.#values.length * 2)
      grown.set(this.#values)
      this.#values = grown
    }
    this.#byKey.set(key, index)
    return index
  }

  #reasonOf(reason: string): number {
    const known = this.#reasons.get(reason)
    if (known !== undefined) return known
    if (this.#reasons.size >= maxReasons - 1 && reason !== otherReason) return this.#reasonOf(otherReason)
    this.#reasons.set(reason, this.#reasons.size)
    return this.#reasons.size - 1
  }
}

function add(numbers: Float64Array, index: number, amount: number): void {
  numbers[index] = (numbers[index] ?? 0) + amount
}

function bucketOf(seconds: number): number {
  let index = 0
  while (index < bounds.length && seconds > (bounds[index] ?? 0)) index += 1
  return index
}

/** Backends choose statuses; three digits are all that HTTP has (RFC 9110 §15). */
function statusOf({ status }: RequestRecord): number {
  return status > 0 && status < 1000 ? Math.trunc(status) : 0
}
