/** Follows how many requests the endpoints of a set have in flight, one by one and all together. */

import type { InFlight } from './in-flight.ts'

/** The counts as of the last `update`. */
export interface LoadTotals {
  /** Takes in what has changed since. O(changes), and O(n) when there are more than n or the journal does not reach back that far. */
  update(): void
  /** Sum over the set. */
  total(): number
  /** Requests in flight of the endpoint with this index. */
  count(index: number): number
}

/** The counts of these keys, read once and then kept up to date by the journal of `InFlight`. */
export const loadTotals = (keys: readonly string[], inFlight: InFlight): LoadTotals => {
  const places = new Map(keys.map((key, index) => [key, index]))
  const countOf = inFlight.reader(keys)
  const counts = new Float64Array(keys.length)
  let sum = 0
  let changesSeen = 0

  const read = (index: number): void => {
    const count = countOf(index)
    sum += count - (counts[index] ?? 0)
    counts[index] = count
  }

  const readAll = (): void => {
    // Before the counts: a change that another thread makes in between is then read twice, not missed.
    changesSeen = inFlight.changeCount()
    for (let index = 0; index < keys.length; index += 1) read(index)
  }

  readAll()
  return {
    update() {
      const changes = inFlight.changeCount()
      if (changes - changesSeen > keys.length) return readAll()
      while (changesSeen < changes) {
        const key = inFlight.changedKey(changesSeen)
        if (key === undefined) return readAll()
        changesSeen += 1
        const index = places.get(key)
        if (index !== undefined) read(index)
      }
    },
    total: () => sum,
    count: index => counts[index] ?? 0,
  }
}
