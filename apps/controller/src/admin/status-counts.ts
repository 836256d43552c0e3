/** Counts by `statusKey` that cost no allocation once a key was seen. */

const emptyKey = -1

/**
 * An open-addressing hash table in two typed arrays, at most half full.
 *
 * Bounded by what its keys are made of: series × methods × statuses, of which real traffic has a handful for each series.
 */
export class StatusCounts {
  #keys: Int32Array<ArrayBuffer> = new Int32Array(64).fill(emptyKey)
  #counts: Float64Array<ArrayBuffer> = new Float64Array(64)
  #size = 0

  /** O(1) on average. `key` is a whole number from 0 to 2^31 - 1. */
  add(key: number, count: number): void {
    let slot = this.#slotOf(key)
    if (this.#keys[slot] === emptyKey) {
      if ((this.#size + 1) * 2 > this.#keys.length) {
        this.#grow()
        slot = this.#slotOf(key)
      }
      this.#keys[slot] = key
      this.#size += 1
    }
    this.#counts[slot] = (this.#counts[slot] ?? 0) + count
  }

  /** Copies of the keys and of their counts, side by side. */
  entries(): { readonly keys: Int32Array<ArrayBuffer>; readonly counts: Float64Array<ArrayBuffer> } {
    const keys = new Int32Array(this.#size)
    const counts = new Float64Array(this.#size)
    let next = 0
    for (const [slot, key] of this.#keys.entries()) {
      if (key === emptyKey) continue
      keys[next] = key
      counts[next] = this.#counts[slot] ?? 0
      next += 1
    }
    return { keys, counts }
  }

  /** Where the key is, or the empty slot where it belongs. */
  #slotOf(key: number): number {
    const keys = this.#keys
    const mask = keys.length - 1
    // Knuth, The Art of Computer Programming, volume 3, §6.4: multiplicative hashing spreads keys that follow each other.
    let slot = (Math.imul(key, 0x9e37_79b1) >>> 8) & mask
    for (;;) {
      const found = keys[slot]
      if (found === key || found === emptyKey) return slot
      slot = (slot + 1) & mask
    }
  }

  #grow(): void {
    const { keys, counts } = this.entries()
    const capacity = this.#keys.length * 2
    this.#keys = new Int32Array(capacity).fill(emptyKey)
    this.#counts = new Float64Array(capacity)
    for (const [index, key] of keys.entries()) {
      const slot = this.#slotOf(key)
      this.#keys[slot] = key
      this.#counts[slot] = counts[index] ?? 0
    }
  }
}
