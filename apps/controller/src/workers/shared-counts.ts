import {
  type Balancer,
  type Endpoint,
  type InFlight,
  sharedInFlight,
  type SharedInFlight,
  type SharedInFlightMemory,
  type SharedInFlightSlots,
  sharedInFlightSlots,
  type SlotChange,
  type SlotRevisions,
} from '@ingresskit/load-balancing'

/** What worker threads are told of the counts of one Service port. Plain data; buffers in it are shared. */
export type CountsChange =
  | { readonly kind: 'begin'; readonly servicePort: string; readonly memory: SharedInFlightMemory }
  | { readonly kind: 'slots'; readonly servicePort: string; readonly change: SlotChange }
  | { readonly kind: 'end'; readonly servicePort: string }

interface Counted {
  readonly slots: SharedInFlightSlots
  /** As this thread sees them. */
  readonly view: SharedInFlight
  /** That have slots. */
  endpoints: readonly Endpoint[]
  isTold: boolean
}

/** Requests in flight over all worker threads, by Service port: owned by the main thread, which is thread 0 and only reads. */
export class SharedCounts {
  readonly #threads: number
  readonly #counted = new Map<string, Counted>()

  /** `threads` counts the main thread too. */
  constructor(threads: number) {
    this.#threads = threads
  }

  /** The counts of a Service port with about so many endpoints. */
  countsOf(servicePort: string, expectedKeys: number): InFlight {
    const known = this.#counted.get(servicePort)
    if (known !== undefined) return known.view
    const slots = sharedInFlightSlots({ threads: this.#threads, expectedKeys })
    const view = sharedInFlight(slots.memory, 0)
    this.#counted.set(servicePort, { slots, view, endpoints: [], isTold: false })
    return view
  }

  /**
   * Gives slots to the endpoints of these upstreams (by `upstreamKey`) and forgets Service ports that are in none of them.
   * What changed is to be told to every thread together with the objects that led to it. O(upstreams), and O(endpoints) where they changed.
   */
  publish(upstreams: ReadonlyMap<string, Balancer<Endpoint>>, revisions: SlotRevisions): readonly CountsChange[] {
    const changes: CountsChange[] = []
    const current = new Set<string>()
    for (const [key, { endpoints }] of upstreams) {
      const servicePort = key.slice(0, key.lastIndexOf('|'))
      const counted = this.#counted.get(servicePort)
      if (counted === undefined) continue
      current.add(servicePort)
      if (!counted.isTold) changes.push({ kind: 'begin', servicePort, memory: counted.slots.memory })
      counted.isTold = true
      if (counted.endpoints === endpoints) continue
      counted.endpoints = endpoints
      const keys = endpoints.map(endpoint => endpoint.key)
      const change = counted.slots.assign(keys, revisions)
      if (change === undefined) continue
      counted.view.apply(change)
      changes.push({ kind: 'slots', servicePort, change })
    }
    for (const servicePort of this.#counted.keys()) {
      if (current.has(servicePort)) continue
      this.#counted.delete(servicePort)
      changes.push({ kind: 'end', servicePort })
    }
    return changes
  }

  /** All there is, for a thread that begins now. */
  whole(): readonly CountsChange[] {
    return [...this.#counted].flatMap(([servicePort, { slots }]): readonly CountsChange[] => [
      { kind: 'begin', servicePort, memory: slots.memory },
      { kind: 'slots', servicePort, change: slots.whole() },
    ])
  }

  /** Takes off what a thread counts that has ended. O(endpoints). */
  clear(thread: number): void {
    for (const { slots } of this.#counted.values()) slots.clear(thread)
  }
}
