import type { ObjectEvent } from './event-of-problem.ts'

/** An Event that waits to be written, and how often it came about meanwhile. */
export interface QueuedEvent {
  /** Its identity: the same for the same Event. */
  readonly key: string
  readonly event: ObjectEvent
  readonly occurrences: number
  /** Milliseconds since the epoch, of the first and last of them. */
  readonly firstMs: number
  readonly lastMs: number
  /** How often writing it failed. */
  readonly tries: number
}

/** Events that wait: the newest are taken first, and the oldest given up when there are too many. */
export interface EventQueue {
  /** Makes it the newest; with one of the same key it becomes one that occurred as often as both. */
  add(item: QueuedEvent): void
  /** Makes it the oldest, unless one of the same key came meanwhile. */
  putBack(item: QueuedEvent): void
  /** Takes the newest that may be sent; `undefined` when there is none. O(queued). */
  take(maySend: (item: QueuedEvent) => boolean): QueuedEvent | undefined
  /** Takes it out; `false` when it does not wait. */
  delete(key: string): boolean
  items(): Iterable<QueuedEvent>
  size(): number
  clear(): void
}

/** Empty; `onDropped` is told of each that is given up. */
export function eventQueue(max: number, onDropped: (item: QueuedEvent) => void): EventQueue {
  /** The newest last: a Map iterates in the order of insertion. */
  let waiting = new Map<string, QueuedEvent>()

  const trim = (): void => {
    for (const [key, item] of waiting) {
      if (waiting.size <= max) return
      waiting.delete(key)
      onDropped(item)
    }
  }
  return {
    add: item => {
      const before = waiting.get(item.key)
      waiting.delete(item.key)
      waiting.set(item.key, before === undefined ? item : merged(before, item))
      trim()
    },
    putBack: item => {
      const newer = waiting.get(item.key)
      if (newer === undefined) waiting = new Map([[item.key, item], ...waiting])
      else waiting.set(item.key, merged(item, newer))
      trim()
    },
    take: maySend => {
      const item = [...waiting.values()].findLast(maySend)
      if (item !== undefined) waiting.delete(item.key)
      return item
    },
    delete: key => waiting.delete(key),
    items: () => waiting.values(),
    size: () => waiting.size,
    clear: () => waiting.clear(),
  }
}

function merged(older: QueuedEvent, newer: QueuedEvent): QueuedEvent {
  return {
    ...newer,
    occurrences: older.occurrences + newer.occurrences,
    firstMs: older.firstMs,
    tries: Math.max(older.tries, newer.tries),
  }
}
