/** Follows how many requests the endpoints of a set have in flight, one by one and all together. */

import type { InFlight } from './in-flight.ts'

/** The counts as of the last `update`. */
export interface LoadTotals {
  /** Takes in what has changed since. O(changes); O(n) when the journal does not reach back that far. */
  update(): void
  /** Sum over the set. */
  total(): number
  /** Requests in flight of the endpoint with this index. */
  count(index: number): number
}

/** The counts of these keys, read once and then kept up to date by the journal of `InFlight`. */
export const loadTotals = (keys: readonly string[], inFlight: InFlight): LoadTotals => {
  const places = new Map(keys.map((key, index) => [key, index]))
  const counts = new Float64Array(keys.length)
  let sum = 0
  let changesSeen = 0

  const read = (key: string, index: number): void => {
    const count = inFlight.count(key)
    sum += count - (counts[index] ?? 0)
    counts[index] = count
  }

  const readAll = (): void => {
    // Before the counts: a change that another thread makes in between is then read twice, not missed.
    changesSeen = inFlight.changeCount()
    for (const [index, key] of keys.entries()) read(key, index)
  }

  readAll()
  return {
    update() {
      const changes = inFlight.changeCount()
      while (changesSeen < changes) {
        const key = inFlight.changedKey(changesSeen)
        if (key === undefined) return readAll()
        changesSeen += 1
        const index = places.get(key)
        if (index !== undefined) read(key, index)
      }
    },
    total: () => sum,
    count: index => counts[index] ?? 0,
  }
}
