/** Counts of requests in flight that several threads share. */

import type { InFlight } from './in-flight.ts'
import { LoadBalancingError } from './load-balancing-error.ts'

/** What a thread is given to count along with the others. Plain data: a structured clone shares the buffers. */
export interface SharedInFlightMemory {
  /** How many threads there are at most; they are numbered from 0. */
  readonly threads: number
  /** Slots in each of the pages of a `SlotChange`; a power of two. */
  readonly slotsPerPage: number
  /** A counter of changes, and the slots of the last 128 of them. */
  readonly journal: SharedArrayBuffer
}

/** Which keys have a slot from now on. Plain data; every thread must be given every change, in order. */
export interface SlotChange {
  /** Pages that come after those there are. */
  readonly pages: readonly SharedArrayBuffer[]
  /** Keys whose slot takes no more requests; those in flight are still counted there. */
  readonly retired: readonly string[]
  /** Keys and the number of their slot. */
  readonly assigned: readonly (readonly [key: string, slot: number])[]
}

/** The counts as one thread sees and changes them; give one instance to every balancer of the same backend in the thread. */
export interface SharedInFlight extends InFlight {
  /** Takes over a change of `SharedInFlightSlots`. O(change). */
  apply(change: SlotChange): void
}

/**
 * Counts in memory shared by `memory.threads` threads, of which this one is `thread`: `count` is the sum over all of them.
 *
 * Each thread writes cells of its own, so that the counts of one that died can be taken off exactly; a count is O(threads),
 * everything else O(1). A key without a slot is counted for this thread alone. The journal holds the last 128 changes of all
 * threads; one that is just being written reads as not recorded, so that readers re-read every count and miss nothing.
 *
 * @throws LoadBalancingError `invalid-thread` when there is no such thread.
 */
export const sharedInFlight = (memory: SharedInFlightMemory, thread: number): SharedInFlight => {
  const { threads, slotsPerPage } = memory
  checkThread(thread, threads)
  const journal = new Int32Array(memory.journal)
  const pages: Int32Array<SharedArrayBuffer>[] = []
  const slots = new Map<string, number>()
  const keys: (string | undefined)[] = []
  const retired = new Set<string>()
  const strays = new Map<string, number>()
  let changes = 0

  const pageBits = Math.log2(slotsPerPage)
  const pageOf = (slot: number): Int32Array<SharedArrayBuffer> => pages[slot >> pageBits] ?? noPage
  const firstCell = (slot: number): number => (slot & (slotsPerPage - 1)) * threads
  const own = (slot: number): number => Atomics.load(pageOf(slot), firstCell(slot) + thread)

  const record = (slot: number): void => {
    const ordinal = Atomics.add(journal, 0, 1)
    Atomics.store(journal, 1 + (ordinal & (journalLength - 1)), journalEntry(ordinal, slot))
  }
  // A change without an entry: whoever follows the journal re-reads every count.
  const recordStray = (): void => void Atomics.add(journal, 0, 1)

  const forget = (key: string, slot: number): void => {
    slots.delete(key)
    retired.delete(key)
    if (keys[slot] === key) keys[slot] = undefined
  }

  const count = (key: string): number => {
    let sum = strays.get(key) ?? 0
    const slot = slots.get(key)
    if (slot === undefined) return sum
    const page = pageOf(slot)
    const first = firstCell(slot)
    for (let cell = first; cell < first + threads; cell += 1) sum += Atomics.load(page, cell)
    return sum
  }

  return {
    started(key) {
      const slot = slots.get(key)
      if (slot === undefined || retired.has(key)) {
        strays.set(key, (strays.get(key) ?? 0) + 1)
        return recordStray()
      }
      Atomics.add(pageOf(slot), firstCell(slot) + thread, 1)
      record(slot)
    },
    finished(key) {
      const stray = strays.get(key)
      if (stray !== undefined) {
        if (stray === 1) strays.delete(key)
        else strays.set(key, stray - 1)
        return recordStray()
      }
      const slot = slots.get(key)
      if (slot === undefined || own(slot) === 0) return
      const before = Atomics.sub(pageOf(slot), firstCell(slot) + thread, 1)
      record(slot)
      if (before === 1 && retired.has(key)) forget(key, slot)
    },
    count,
    reader: keys => index => count(keys[index] ?? ''),
    changeCount() {
      // The shared counter wraps around at 2^32; this one goes on.
      changes += (Atomics.load(journal, 0) - (changes | 0)) >>> 0
      return changes
    },
    changedKey(ordinal) {
      if (ordinal < changes - journalLength || ordinal >= changes) return undefined
      const entry = Atomics.load(journal, 1 + (ordinal & (journalLength - 1)))
      const slot = entry & slotMask
      return entry === journalEntry(ordinal, slot) ? keys[slot] : undefined
    },
    apply(change) {
      for (const page of change.pages) pages.push(new Int32Array(page))
      for (const key of change.retired) {
        const slot = slots.get(key)
        if (slot === undefined) continue
        if (own(slot) === 0) forget(key, slot)
        else retired.add(key)
      }
      for (const [key, slot] of change.assigned) {
        slots.set(key, slot)
        retired.delete(key)
        keys[slot] = key
      }
    },
  }
}

/** Entries of the journal, a power of two: every thread picks at about the same rate, so a reader is a few entries behind. */
export const journalLength = 128

/** Slots of one backend at most: a slot is 20 bits of a journal entry. The last number is the mark of an empty entry. */
export const maxSlots: number = 2 ** 20 - 1

/** An entry that no ordinal has: what the journal is filled with at first. */
export const emptyJournalEntry = -1

const slotMask = 2 ** 20 - 1
const noPage = new Int32Array(new SharedArrayBuffer(0))

/** @throws LoadBalancingError `invalid-thread`. */
export const checkThread = (thread: number, threads: number): void => {
  if (Number.isInteger(thread) && thread >= 0 && thread < threads) return
  throw new LoadBalancingError('invalid-thread', `thread is ${thread}: give an integer from 0 to ${threads - 1}`)
}

/** The slot, and above it the lap over the journal, by which an entry of an earlier lap is told from this one. */
const journalEntry = (ordinal: number, slot: number): number => {
  const lap = (ordinal >>> journalBits) & 0xfff
  return (lap << 20) | slot
}

const journalBits = Math.log2(journalLength)
