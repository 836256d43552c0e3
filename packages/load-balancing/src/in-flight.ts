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
 * Holds one entry per key with requests in flight, so the entry of a removed endpoint goes with its last request, and
 * an endpoint that comes back before that continues with its count. The journal holds the last 1,024 changes.
 */
export const localInFlight = (): InFlight => {
  const counts = new Map<string, number>()
  const journal: string[] = []
  let changes = 0

  const record = (key: string): void => {
    journal[changes % journalLength] = key
    changes += 1
  }

  return {
    started(key) {
      counts.set(key, (counts.get(key) ?? 0) + 1)
      record(key)
    },
    finished(key) {
      const count = counts.get(key)
      if (count === undefined) return
      if (count === 1) counts.delete(key)
      else counts.set(key, count - 1)
      record(key)
    },
    count: key => counts.get(key) ?? 0,
    changeCount: () => changes,
    changedKey: ordinal =>
      ordinal >= changes - journalLength && ordinal < changes ? journal[ordinal % journalLength] : undefined,
  }
}

/** Long enough that a reader that fell behind has at least as many changes as it has endpoints to re-read, up to 1,024. */
const journalLength = 1024
