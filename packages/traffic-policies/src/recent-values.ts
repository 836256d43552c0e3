/** A bounded cache for what is computed from text that clients send. */

/** Remembers the values of the keys used last. */
export interface RecentValues<T> {
  /** The remembered value, or a new one of `compute`, which then takes the place of the one unused for longest. */
  get(key: string, compute: (key: string) => T): T
  readonly size: number
}

/**
 * Holds at most `limit` values. O(1).
 *
 * Callers bound the length of keys. A key is copied when it is kept, because a part of a request's head would keep all of that head alive.
 */
export const recentValues = <T>(limit: number): RecentValues<T> => {
  const values = new Map<string, T>()
  return {
    get(key, compute) {
      const known = values.get(key)
      if (known !== undefined) {
        values.delete(key)
        values.set(key, known)
        return known
      }
      const value = compute(key)
      const oldest = values.size < limit ? undefined : values.keys().next().value
      if (oldest !== undefined) values.delete(oldest)
      values.set(copyOf(key), value)
      return value
    },
    get size() {
      return values.size
    },
  }
}

// Engines may represent a slice by its parent and a range; joining single characters makes a string of its own.
const copyOf = (text: string): string => text.split('').join('')
