/** Finds the least loaded endpoint of a set while the counts of requests in flight change. */

import type { InFlight } from './in-flight.ts'
import { LoadHeap } from './load-heap.ts'

/** An order over endpoints by load, known here by their index in the set. */
export interface LoadIndex {
  /** Index of the least loaded endpoint whose turn it is, or undefined when all are excluded. The turn is then taken. */
  take(excluded: ReadonlySet<string> | undefined): number | undefined
  /** How long each endpoint still waits for its turn among equally loaded ones, by key; for the next set. O(n). */
  waits(): ReadonlyMap<string, number>
}

/**
 * Orders by requests in flight per weight, then by turn.
 *
 * Turns are virtual times, as in start-time fair queueing: a turn costs 1/weight, and an endpoint that was passed over
 * because of its load does not save up turns for later. Endpoints without a wait join half a turn from the present.
 *
 * @see Goyal, Vin, Cheng, "Start-time Fair Queuing", ACM SIGCOMM 1996, §2
 */
export const loadIndex = (
  set: { readonly keys: readonly string[]; readonly weights: readonly number[] },
  inFlight: InFlight,
  waits: ReadonlyMap<string, number>,
): LoadIndex => {
  const { keys } = set
  const places = new Map(keys.map((key, index) => [key, index]))
  const countOf = inFlight.reader(keys)
  const weights = Float64Array.from(set.weights)
  const heap = new LoadHeap(keys.length)
  const { loads, turns } = heap
  turns.set(keys.map((key, index) => waits.get(key) ?? 1 / (2 * (set.weights[index] ?? 1))))
  let present = 0
  let changesSeen = 0

  const loadOf = (index: number): number => countOf(index) / (weights[index] ?? 1)

  const readAll = (): void => {
    changesSeen = inFlight.changeCount()
    for (let index = 0; index < keys.length; index += 1) loads[index] = loadOf(index)
    heap.rebuild()
  }

  const catchUp = (): void => {
    const changes = inFlight.changeCount()
    // Reading all is less than following so many, most of which may be those of other sets over the same counts.
    if (changes - changesSeen > keys.length) return readAll()
    while (changesSeen < changes) {
      const key = inFlight.changedKey(changesSeen)
      if (key === undefined) return readAll()
      changesSeen += 1
      const index = places.get(key)
      if (index === undefined) continue
      loads[index] = loadOf(index)
      heap.moved(index)
    }
  }

  readAll()
  return {
    take(excluded) {
      catchUp()
      const skip = excluded === undefined ? undefined : (index: number) => excluded.has(keys[index] ?? '')
      const index = heap.first(skip)
      if (index === undefined) return undefined
      present = Math.max(present, turns[index] ?? 0)
      turns[index] = present + 1 / (weights[index] ?? 1)
      heap.grew(index)
      return index
    },
    waits: () => new Map(keys.map((key, index) => [key, Math.max(0, (turns[index] ?? 0) - present)])),
  }
}
