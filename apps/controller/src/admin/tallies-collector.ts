import { labelsOfEndpoint } from './endpoint-tallies.ts'
import { mergeTallies } from './merge-tallies.ts'
import {
  type GoneSeries,
  labelsOfSeries,
  requestsOf,
  type SeriesLabels,
  type TalliesSnapshot,
} from './tallies-snapshot.ts'

/** How long a series that is no longer configured is still exported after its last request, so that a last scrape sees it. */
const keepGoneMs = 15 * 60_000

/**
 * Reads the counts of every thread that carries traffic, or ever did, after these series were forgotten there.
 *
 * What a thread has counted must not be left out while it is busy, nor once it is gone: sums would fall, which Prometheus
 * takes for a restart. Give the last counts that are known of it.
 */
export type ReadTallies = (gone: GoneSeries) => Promise<readonly TalliesSnapshot[]>

/** Where counts come from, and what decides which of them are kept. */
export interface CollectorOptions {
  readonly read: ReadTallies
  /** Whether the configuration of this moment has the series. */
  readonly isLive: (labels: SeriesLabels) => boolean
  /** Whether the Service has the endpoint at this moment. */
  readonly isEndpointLive: (labels: ReturnType<typeof labelsOfEndpoint>) => boolean
  /** Milliseconds since the epoch. */
  readonly now: () => number
}

/** The sums over all threads, without series that are gone. */
export interface Collected {
  readonly tallies: TalliesSnapshot
  /** Indices of the series to show. */
  readonly shown: ReadonlySet<number>
}

/**
 * Adds up the threads' counts for a scrape, and drops the series that are neither configured nor used: for each it remembers
 * when its number of requests last changed. The threads are told with the next read, all of them, so that no sum falls half-way.
 */
export class TalliesCollector {
  readonly #options: CollectorOptions
  readonly #seen = new Map<string, { requests: number; changedAtMs: number }>()
  #gone: readonly string[] = []
  #goneEndpoints: readonly string[] = []
  #collecting: Promise<Collected> | undefined

  constructor(options: CollectorOptions) {
    this.#options = options
  }

  /** Calls that come while one is under way get its result: the metrics of one scrape are of one moment. Rejects as `read` does. */
  collect(): Promise<Collected> {
    this.#collecting ??= this.#collect().finally(() => {
      this.#collecting = undefined
    })
    return this.#collecting
  }

  async #collect(): Promise<Collected> {
    const told = this.#gone.filter(key => !this.#options.isLive(labelsOfSeries(key)))
    // Endpoints come and go with every roll-out: their counts are shown once more after they left.
    const endpoints = this.#goneEndpoints.filter(key => !this.#options.isEndpointLive(labelsOfEndpoint(key)))
    const tallies = mergeTallies(await this.#options.read({ series: told, endpoints }))
    this.#goneEndpoints = tallies.endpoints.keys.filter(key => !this.#options.isEndpointLive(labelsOfEndpoint(key)))
    for (const key of told) this.#seen.delete(key)
    const nowMs = this.#options.now()
    const shown = new Set<number>()
    const gone: string[] = []
    for (const [index, key] of tallies.series.entries()) {
      if (this.#isKept(key, requestsOf(tallies, index), nowMs)) shown.add(index)
      else gone.push(key)
    }
    this.#gone = gone
    return { tallies, shown }
  }

  #isKept(key: string, requests: number, nowMs: number): boolean {
    const seen = this.#seen.get(key)
    if (seen === undefined || seen.requests !== requests) {
      this.#seen.set(key, { requests, changedAtMs: nowMs })
      return true
    }
    return nowMs - seen.changedAtMs < keepGoneMs || this.#options.isLive(labelsOfSeries(key))
  }
}
