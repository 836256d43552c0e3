/** Counts of requests in flight by endpoint key, shared by every generation of a balancer. */

/**
 * Where balancers keep and read the counts. All operations are O(1).
 *
 * The journal (`changeCount`, `changedKey`) lets an index over the counts follow changes that came through other
 * generations, other strategies or other threads without visiting every endpoint.
 */
export interface InFlight {
  /** Adds one request to the endpoint with this key. */
  started(key: string): void
  /** Takes one request off again; does nothing when the count is 0. */
  finished(key: string): void
  /** Requests in flight on this key; 0 for an unknown key. */
  count(key: string): number
  /**
   * Gives the count of the key with this index, as it is at the moment of the call. For who reads the same keys again and again:
   * it may spare looking up the key each time. O(keys) to make.
   */
  reader(keys: readonly string[]): (index: number) => number
  /** How many changes there were so far; never falls. */
  changeCount(): number
  /**
   * Key touched by the change with this ordinal (the first has ordinal 0), or undefined when that change is no longer
   * recorded or has not happened. An implementation without a journal answers undefined always; readers then re-read
   * every count.
   */
  changedKey(ordinal: number): string | undefined
}

/**
 * Counts in the memory of this thread, the default of every strategy.
 *
 * An endpoint that comes back while it has requests in flight continues with its count. Holds one entry per key with requests in
 * flight, and at most as many again or 1,024 in all of keys that had some before. The journal holds the last 1,024 changes.
 */
export const localInFlight = (): InFlight => {
  const counters = new Map<string, Counter>()
  const journal: string[] = []
  let changes = 0
  let mostCounters = leastSwept

  const record = (key: string): void => {
    journal[changes % journalLength] = key
    changes += 1
  }

  const added = (key: string): Counter => {
    if (counters.size >= mostCounters) {
      dropIdle(counters)
      mostCounters = Math.max(leastSwept, 2 * counters.size)
    }
    const counter = { count: 0 }
    counters.set(key, counter)
    return counter
  }

  return {
    started(key) {
      const counter = counters.get(key) ?? added(key)
      counter.count += 1
      record(key)
    },
    finished(key) {
      const counter = counters.get(key)
      if (counter === undefined || counter.count === 0) return
      counter.count -= 1
      record(key)
    },
    count: key => counters.get(key)?.count ?? 0,
    reader(keys) {
      const known = keys.map(key => counters.get(key))
      return index => {
        const counter = known[index]
        if (counter !== undefined && counter.count !== dropped) return counter.count
        const current = counters.get(keys[index] ?? '')
        known[index] = current
        return current?.count ?? 0
      }
    },
    changeCount: () => changes,
    changedKey: ordinal =>
      ordinal >= changes - journalLength && ordinal < changes ? journal[ordinal % journalLength] : undefined,
  }
}

/** The count of one key. Readers keep it, so one that is no longer in use must say so. */
interface Counter {
  /** Requests in flight, or `dropped`. */
  count: number
}

const dropped = -1

const dropIdle = (counters: Map<string, Counter>): void => {
  for (const [key, counter] of counters) {
    if (counter.count > 0) continue
    counter.count = dropped
    counters.delete(key)
  }
}

/** So many counters are kept before idle ones are dropped; from there on twice those in use, so that dropping is O(1) per `started`. */
const leastSwept = 1024

/** Long enough that a reader that fell behind has at least as many changes as it has endpoints to re-read, up to 1,024. */
const journalLength = 1024
