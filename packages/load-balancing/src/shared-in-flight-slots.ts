/** Gives the keys of one backend their slots in the memory that threads count requests in flight in. */

import {
  checkThread,
  emptyJournalEntry,
  journalLength,
  maxSlots,
  type SharedInFlightMemory,
  type SlotChange,
} from './shared-in-flight.ts'

/** Which thread has seen what. Revisions are whole numbers that never fall. */
export interface SlotRevisions {
  /** Of the change that is made now. */
  readonly revision: number
  /** The last revision that every thread has applied. */
  readonly seenByAll: number
}

/** The slots of one backend, kept by one thread: it makes the changes that all of them apply. */
export interface SharedInFlightSlots {
  /** For `sharedInFlight`, in every thread. */
  readonly memory: SharedInFlightMemory
  /**
   * Gives a slot to each key that has none, and retires those of all other keys; undefined when nothing changes. A slot goes to another key
   * only when every thread has applied that it was retired and none counts a request there any more. O(keys + retired).
   */
  assign(keys: Iterable<string>, revisions: SlotRevisions): SlotChange | undefined
  /** All there is in one change, for a thread that begins now. O(keys). */
  whole(): SlotChange
  /** Takes off what a thread counts that has ended: its number may be given to another one then. O(slots). */
  clear(thread: number): void
}

/** For how many threads and keys. */
export interface SharedInFlightSlotsOptions {
  /** Threads that count or read, 1 or more. */
  readonly threads: number
  /** Keys to have room for at first; pages of this many slots (8 to 1,024, a power of two) are added as needed. Default 8. */
  readonly expectedKeys?: number
}

/** Without keys at first. Takes 516 bytes, and 4 bytes for each slot and thread. */
export const sharedInFlightSlots = ({ threads, expectedKeys = 8 }: SharedInFlightSlotsOptions): SharedInFlightSlots => {
  checkThread(0, threads)
  const slotsPerPage = 2 ** Math.ceil(Math.log2(Math.min(1024, Math.max(8, expectedKeys))))
  const memory: SharedInFlightMemory = { threads, slotsPerPage, journal: emptyJournal() }
  const pages: SharedArrayBuffer[] = []
  const active = new Map<string, number>()
  const leaving = new Map<string, { readonly slot: number; readonly revision: number }>()
  const free: number[] = []
  let used = 0

  const cellsOf = (slot: number): Int32Array<SharedArrayBuffer> => {
    const page = pages[Math.floor(slot / slotsPerPage)] ?? new SharedArrayBuffer(0)
    return new Int32Array(page, (slot % slotsPerPage) * threads * bytesPerCell, threads)
  }
  const isIdle = (slot: number): boolean => cellsOf(slot).every((_, thread, cells) => Atomics.load(cells, thread) === 0)

  const freeIdleSlots = (seenByAll: number): void => {
    for (const [key, { slot, revision }] of leaving) {
      if (revision > seenByAll || !isIdle(slot)) continue
      leaving.delete(key)
      free.push(slot)
    }
  }
  const unusedSlot = (added: SharedArrayBuffer[]): number | undefined => {
    if (used >= maxSlots) return undefined
    if (used === pages.length * slotsPerPage) {
      const page = new SharedArrayBuffer(slotsPerPage * threads * bytesPerCell)
      pages.push(page)
      added.push(page)
    }
    used += 1
    return used - 1
  }

  return {
    memory,
    assign(keys, { revision, seenByAll }) {
      const wanted = new Set(keys)
      const change = { pages: [] as SharedArrayBuffer[], retired: [] as string[], assigned: [] as [string, number][] }
      for (const [key, slot] of active) {
        if (wanted.has(key)) continue
        active.delete(key)
        leaving.set(key, { slot, revision })
        change.retired.push(key)
      }
      freeIdleSlots(seenByAll)
      for (const key of wanted) {
        if (active.has(key)) continue
        const slot = leaving.get(key)?.slot ?? free.pop() ?? unusedSlot(change.pages)
        if (slot === undefined) continue
        leaving.delete(key)
        active.set(key, slot)
        change.assigned.push([key, slot])
      }
      return change.retired.length + change.assigned.length === 0 ? undefined : change
    },
    whole: () => ({ pages: [...pages], retired: [], assigned: [...active] }),
    clear(thread) {
      checkThread(thread, threads)
      for (let slot = 0; slot < used; slot += 1) Atomics.store(cellsOf(slot), thread, 0)
      // A change without an entry in the journal: its readers re-read every count.
      Atomics.add(new Int32Array(memory.journal), 0, 1)
    },
  }
}

const bytesPerCell = Int32Array.BYTES_PER_ELEMENT

const emptyJournal = (): SharedArrayBuffer => {
  const journal = new SharedArrayBuffer((1 + journalLength) * bytesPerCell)
  new Int32Array(journal).fill(emptyJournalEntry, 1)
  return journal
}
