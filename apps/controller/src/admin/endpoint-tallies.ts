import type { AttemptRecord } from '@ingresskit/proxy'
import type { SeriesLabels } from './tallies-snapshot.ts'

/** What one thread, or several, counted of single endpoints. Structured-cloneable. */
export interface EndpointTalliesSnapshot {
  /** By index: `endpointSeriesKey`. */
  readonly keys: readonly string[]
  /** `endpointWidth` numbers for each, at the offsets of `endpointFields`. */
  readonly values: Float64Array<ArrayBuffer>
}

/** Offsets of the numbers of one endpoint. `answers` are those whose time to the first byte is in `seconds`. */
export const endpointFields = { picks: 0, failures: 1, answers: 2, seconds: 3 } as const

/** Numbers of one endpoint. */
export const endpointWidth = 4

/** Endpoints that one thread counts at most; others go uncounted until those that are gone were forgotten. */
const maxEndpoints = 100_000

/** One text for an endpoint of a Service. Neither holds a line feed. */
export function endpointSeriesKey(
  { namespace, service }: Pick<SeriesLabels, 'namespace' | 'service'>,
  key: string,
): string {
  return `${namespace}\n${service}\n${key}`
}

/** The parts of an `endpointSeriesKey`. */
export function labelsOfEndpoint(key: string): {
  readonly namespace: string
  readonly service: string
  readonly endpoint: string
} {
  const [namespace = '', service = '', endpoint = ''] = key.split('\n')
  return { namespace, service, endpoint }
}

/** Counts attempts by endpoint in a typed array; allocates nothing once an endpoint was seen. */
export class EndpointTallies {
  /** Labels are new objects with every snapshot: identity is only a cache. */
  #byIdentity = new WeakMap<SeriesLabels, Map<string, number>>()
  #byKey = new Map<string, number>()
  #values: Float64Array<ArrayBuffer> = new Float64Array(16 * endpointWidth)

  /** Counts the attempts of one request. O(attempts). */
  record(labels: SeriesLabels, attempts: readonly AttemptRecord[]): void {
    for (const { endpoint, outcome, latencyMs } of attempts) {
      const index = this.#indexFor(labels, endpoint)
      if (index === undefined) continue
      const start = index * endpointWidth
      this.#add(start + endpointFields.picks, 1)
      if (outcome !== 'answered' && outcome !== 'client-aborted') this.#add(start + endpointFields.failures, 1)
      if (latencyMs === undefined) continue
      this.#add(start + endpointFields.answers, 1)
      this.#add(start + endpointFields.seconds, latencyMs / 1000)
    }
  }

  /** What was counted so far. O(endpoints); allocates. */
  snapshot(): EndpointTalliesSnapshot {
    return { keys: [...this.#byKey.keys()], values: this.#values.slice(0, this.#byKey.size * endpointWidth) }
  }

  /** Adds what another thread counted. O(endpoints) of the snapshot. */
  add({ keys, values }: EndpointTalliesSnapshot): void {
    for (const [from, key] of keys.entries()) {
      const to = this.#indexOf(key)
      if (to === undefined) continue
      for (let offset = 0; offset < endpointWidth; offset += 1)
        this.#add(to * endpointWidth + offset, values[from * endpointWidth + offset] ?? 0)
    }
  }

  /** Takes these away, by `endpointSeriesKey`; one that is used again begins at 0. O(endpoints) when one is known. */
  forget(keys: readonly string[]): void {
    const gone = new Set(keys.filter(key => this.#byKey.has(key)))
    if (gone.size === 0) return
    const before = this.snapshot()
    const left = before.keys.flatMap((key, index) => (gone.has(key) ? [] : [{ key, index }]))
    this.#byIdentity = new WeakMap()
    this.#byKey = new Map()
    this.#values = new Float64Array(this.#values.length)
    for (const { key, index } of left)
      this.add({ keys: [key], values: before.values.slice(index * endpointWidth, (index + 1) * endpointWidth) })
  }

  #indexFor(labels: SeriesLabels, endpoint: string): number | undefined {
    let known = this.#byIdentity.get(labels)
    if (known === undefined) this.#byIdentity.set(labels, (known = new Map()))
    let index = known.get(endpoint)
    if (index === undefined) {
      index = this.#indexOf(endpointSeriesKey(labels, endpoint))
      // Labels of one snapshot meet a bounded number of endpoints: those of their Service.
      if (index !== undefined) known.set(endpoint, index)
    }
    return index
  }

  #indexOf(key: string): number | undefined {
    const known = this.#byKey.get(key)
    if (known !== undefined) return known
    const index = this.#byKey.size
    if (index >= maxEndpoints) return undefined
    if ((index + 1) * endpointWidth > this.#values.length) {
      const grown = new Float64Array(this.#values.length * 2)
      grown.set(this.#values)
      this.#values = grown
    }
    this.#byKey.set(key, index)
    return index
  }

  #add(index: number, amount: number): void {
    this.#values[index] = (this.#values[index] ?? 0) + amount
  }
}
