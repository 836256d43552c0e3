/** An immutable map whose successors share what did not change. */

/** So many changes lie above the map below, plus a sixteenth of its size, before both become one map again. */
const fewChanges = 32

/**
 * A map of tens of thousands of entries of which a few change at a time: a successor costs its changes and those since the last
 * rebuilding, not a copy of everything, which would be half a megabyte of garbage each time.
 *
 * Reads as a `Map` does; a lookup is two at most. Values are never `undefined`. A key that is changed keeps its place in the order, one
 * that was removed and comes back may be at the place it had.
 */
export class LayeredMap<K, V> implements ReadonlyMap<K, V> {
  readonly #base: ReadonlyMap<K, V>
  /** What is said anew; `undefined`: removed. */
  #over: ReadonlyMap<K, V | undefined> = new Map()
  #size: number

  /** The entries of `base`, which must not change any more. */
  constructor(base: ReadonlyMap<K, V> = new Map()) {
    this.#base = base
    this.#size = base.size
  }

  /** How many keys there are. */
  get size(): number {
    return this.#size
  }

  /** The map with these values in place of those it has; `undefined` removes a key. The map itself when there are none. */
  with(changes: ReadonlyMap<K, V | undefined>): LayeredMap<K, V> {
    if (changes.size === 0) return this
    const over = new Map(this.#over)
    let size = this.#size
    for (const [key, value] of changes) {
      if (this.has(key)) size -= 1
      if (value !== undefined) size += 1
      over.set(key, value)
    }
    const layered = new LayeredMap(this.#base)
    layered.#over = over
    layered.#size = size
    return over.size <= fewChanges + this.#base.size / 16 ? layered : new LayeredMap(new Map(layered))
  }

  /** Keys that may have another value than in `before`; `undefined` when all may. */
  changedSince(before: LayeredMap<K, V>): Iterable<K> | undefined {
    return before.#base === this.#base ? new Set([...before.#over.keys(), ...this.#over.keys()]) : undefined
  }

  /** The value of a key; `undefined` when there is none. */
  get(key: K): V | undefined {
    if (this.#over.size === 0) return this.#base.get(key)
    const value = this.#over.get(key)
    return value !== undefined || this.#over.has(key) ? value : this.#base.get(key)
  }

  /** Whether there is such a key. */
  has(key: K): boolean {
    return this.#over.has(key) ? this.#over.get(key) !== undefined : this.#base.has(key)
  }

  /** Keys with their values; those that were new since the last rebuilding come last. */
  *entries(): Generator<[K, V], undefined> {
    for (const [key, value] of this.#base) {
      const now = this.#over.has(key) ? this.#over.get(key) : value
      if (now !== undefined) yield [key, now]
    }
    for (const [key, value] of this.#over) if (value !== undefined && !this.#base.has(key)) yield [key, value]
    return undefined
  }

  /** In the order of `entries`. */
  *keys(): Generator<K, undefined> {
    for (const [key] of this.entries()) yield key
    return undefined
  }

  /** In the order of `entries`. */
  *values(): Generator<V, undefined> {
    for (const [, value] of this.entries()) yield value
    return undefined
  }

  /** The same as `entries`. */
  [Symbol.iterator](): Generator<[K, V], undefined> {
    return this.entries()
  }

  /** In the order of `entries`. */
  forEach(callback: (value: V, key: K, map: ReadonlyMap<K, V>) => void): void {
    for (const [key, value] of this.entries()) callback(value, key, this)
  }
}
