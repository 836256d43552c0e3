import {
  type InFlight,
  sharedInFlight,
  type SharedInFlight,
  type SharedInFlightMemory,
  type SharedInFlightSlots,
  sharedInFlightSlots,
  type SlotChange,
  type SlotRevisions,
} from '@ingresskit/load-balancing'

/** What worker threads are told of the counts of one name. Plain data; buffers in it are shared. */
export type CountsChange =
  | { readonly kind: 'begin'; readonly name: string; readonly memory: SharedInFlightMemory }
  | { readonly kind: 'slots'; readonly name: string; readonly change: SlotChange }
  | { readonly kind: 'end'; readonly name: string }

/** Keys that are counted, by the name of their counts; a list is the same object while it is the same. */
export type CountedKeys = ReadonlyMap<string, { readonly keys: readonly { readonly key: string }[] }>

interface Shared {
  readonly slots: SharedInFlightSlots
  /** As this thread sees them. */
  readonly view: SharedInFlight
  /** That have slots. */
  keys: readonly { readonly key: string }[]
  isTold: boolean
  /** It was not among the names of a publication since it was asked for. */
  isPassedOver: boolean
}

/**
 * Counts over all worker threads: requests in flight by Service port, and what limits need. Owned by the main thread, which is
 * thread 0 and only reads.
 */
export class SharedCounts {
  readonly #threads: number
  readonly #shared = new Map<string, Shared>()

  /** `threads` counts the main thread too. */
  constructor(threads: number) {
    this.#threads = threads
  }

  /** The counts of a name, of about so many keys. */
  countsOf(name: string, expectedKeys: number): InFlight {
    const known = this.#shared.get(name)
    if (known !== undefined) return known.view
    const slots = sharedInFlightSlots({ threads: this.#threads, expectedKeys })
    const view = sharedInFlight(slots.memory, 0)
    this.#shared.set(name, { slots, view, keys: [], isTold: false, isPassedOver: false })
    return view
  }

  /**
   * Gives slots to these keys and forgets names that are not among them, save those that the snapshot asked for that is being built:
   * the next publication is that one.
   * What changed is to be told to every thread together with the objects that led to it. O(names), and O(keys) where they changed.
   */
  publish(counted: CountedKeys, revisions: SlotRevisions): readonly CountsChange[] {
    const changes: CountsChange[] = []
    for (const [name, { keys }] of counted) {
      const shared = this.#shared.get(name)
      if (shared === undefined) continue
      if (!shared.isTold) changes.push({ kind: 'begin', name, memory: shared.slots.memory })
      shared.isTold = true
      if (shared.keys === keys) continue
      shared.keys = keys
      const change = shared.slots.assign(
        keys.map(({ key }) => key),
        revisions,
      )
      if (change === undefined) continue
      shared.view.apply(change)
      changes.push({ kind: 'slots', name, change })
    }
    for (const [name, shared] of this.#shared) {
      if (counted.has(name)) continue
      if (!shared.isTold && !shared.isPassedOver) {
        shared.isPassedOver = true
        continue
      }
      this.#shared.delete(name)
      changes.push({ kind: 'end', name })
    }
    return changes
  }

  /** All there is, for a thread that begins now. */
  whole(): readonly CountsChange[] {
    return [...this.#shared].flatMap(([name, { slots }]): readonly CountsChange[] => [
      { kind: 'begin', name, memory: slots.memory },
      { kind: 'slots', name, change: slots.whole() },
    ])
  }

  /** Takes off what a thread counts that has ended. O(endpoints). */
  clear(thread: number): void {
    for (const { slots } of this.#shared.values()) slots.clear(thread)
  }
}
