/** What was learned about the latency of endpoints, shared by every generation of a balancer. */

import type { Completion } from './balancer.ts'

/** What is known of one endpoint. Only the book reads and changes it. */
export interface LatencyRecord {
  /** The average as it was at `atMs`. */
  latencyMs: number
  /** When the average was made. */
  atMs: number
  /** A guess is replaced by the first measurement; measurements are averaged. */
  basis: 'nothing' | 'guess' | 'measured'
}

/** Decaying averages by endpoint key. */
export interface LatencyBook {
  /**
   * The records of these keys, in their order. A key without one starts at the mean of the other members, or at nothing
   * when nothing is known of any. Records of keys that are not in `members` are forgotten, so the book is as large as the
   * newest set. O(n).
   */
  recordsOf(keys: readonly string[], members: ReadonlySet<string>): readonly LatencyRecord[]
  /**
   * The average, decayed until the last report or call of `recordsOf`; never below 0.01 ms, and 0 while nothing is known. O(1).
   * The clock is not read: all averages decay at the same rate, so which one is lower does not depend on the time, down to 0.01 ms.
   */
  latencyMs(record: LatencyRecord): number
  /** Learns from an attempt that ended. Does nothing for a key without a record. O(1). */
  report(key: string, completion: Completion): void
}

/**
 * Averages as Finagle's Peak EWMA makes them: a measurement above the average replaces it at once, one below it counts by
 * the time since the last one, and without measurements the average decays towards 0 with the time constant `decayMs`.
 *
 * Different from Finagle: a failure, which an answer with a status of 500 or more is too, counts as at least 5 s and as at least the average, weighed by time without the jump to
 * a peak; so an endpoint that fails quickly is not taken for a fast one, and one failure among many successes counts little.
 * `aborted` counts when it came with a latency. A clock that goes back stops the decay for that moment and harms nothing else.
 *
 * @see twitter/finagle, finagle-core/src/main/scala/com/twitter/finagle/loadbalancer/PeakEwma.scala, commit 1e8497eaf8ff
 */
export const latencyBook = (decayMs: number, now: () => number): LatencyBook => {
  const records = new Map<string, LatencyRecord>()
  let nowMs = 0

  // How much of an average is left. When the clock went back (or gave no number) the decay begins again from there.
  const shareLeft = (record: LatencyRecord): number => {
    const elapsedMs = nowMs - record.atMs
    if (elapsedMs >= 0) return Math.exp(-elapsedMs / decayMs)
    record.atMs = nowMs
    return 1
  }

  const latencyMs = (record: LatencyRecord): number =>
    record.basis === 'nothing' ? 0 : Math.max(leastMs, record.latencyMs * shareLeft(record))

  const meanMs = (): number => {
    let sum = 0
    let count = 0
    for (const record of records.values()) {
      if (record.basis === 'nothing') continue
      sum += latencyMs(record)
      count += 1
    }
    return count === 0 ? 0 : sum / count
  }

  const measured = (record: LatencyRecord, measuredMs: number): void => {
    const left = shareLeft(record)
    const decayedMs = record.latencyMs * left
    const isPeak = record.basis !== 'measured' || measuredMs >= decayedMs
    record.latencyMs = isPeak ? measuredMs : decayedMs + measuredMs * (1 - left)
    record.basis = 'measured'
    record.atMs = nowMs
  }

  const failed = (record: LatencyRecord, measuredMs: number): void => {
    const left = shareLeft(record)
    const costMs = Math.max(failureMs, measuredMs, record.latencyMs)
    record.latencyMs = record.basis === 'nothing' ? costMs : record.latencyMs * left + costMs * (1 - left)
    if (record.basis === 'nothing') record.basis = 'guess'
    record.atMs = nowMs
  }

  return {
    recordsOf(keys, members) {
      for (const key of records.keys()) if (!members.has(key)) records.delete(key)
      nowMs = now()
      const startMs = meanMs()
      return keys.map(key => {
        const known = records.get(key)
        if (known !== undefined && known.basis !== 'nothing') return known
        const record: LatencyRecord = known ?? { latencyMs: 0, atMs: 0, basis: 'nothing' }
        record.latencyMs = startMs
        record.atMs = nowMs
        record.basis = startMs === 0 ? 'nothing' : 'guess'
        records.set(key, record)
        return record
      })
    },
    latencyMs,
    report(key, completion) {
      const record = records.get(key)
      if (record === undefined) return
      const givenMs = completion.latencyMs ?? -1
      const isUsable = givenMs >= 0
      nowMs = now()
      const endedMs = isUsable ? Math.min(givenMs, mostMs) : 0
      // Proxies pass such answers on as they are, and tell of them as successes.
      const isFailure = completion.outcome === 'failure' || (completion.status ?? 0) >= 500
      if (isFailure) failed(record, endedMs)
      else if (isUsable) measured(record, endedMs)
    },
  }
}

// Shorter than any answer over a network: below it, differences (also those of a coarse clock or of long decay) say nothing.
const leastMs = 0.01
// An hour; keeps products of latency and requests in flight finite.
const mostMs = 3_600_000
// What a failure costs at least: longer than people wait, short enough to be forgotten within some `decayMs`.
const failureMs = 5_000
