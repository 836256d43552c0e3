/** A Map that remembers at most so many keys: those that were written last. */
export interface RecentMap<V> {
  get(key: string): V | undefined
  /** Makes the key the newest; the oldest is forgotten when there are too many. */
  set(key: string, value: V): void
  delete(key: string): void
  size(): number
}

/** As large as the caches of client-go's EventCorrelator (`maxLruCacheEntries`); whoever asks for more objects at once starts anew. */
export const maxRemembered = 4096

/** Empty. O(1) each. */
export function recentMap<V>(max: number): RecentMap<V> {
  // A Map iterates in the order of insertion: its first key is the one that was written least recently.
  const entries = new Map<string, V>()
  return {
    get: key => entries.get(key),
    set: (key, value) => {
      entries.delete(key)
      entries.set(key, value)
      if (entries.size <= max) return
      const oldest = entries.keys().next()
      if (oldest.done !== true) entries.delete(oldest.value)
    },
    delete: key => void entries.delete(key),
    size: () => entries.size,
  }
}
