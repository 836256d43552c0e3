import { LRUCache } from 'lru-cache'

/** As large as the caches of client-go's EventCorrelator (`maxLruCacheEntries`); whoever asks for more objects at once starts anew. */
const maxRemembered = 4096

/** What is known of the 4096 keys that were used last; empty. */
export function eventMemory<V extends object | number>(): LRUCache<string, V> {
  return new LRUCache({ max: maxRemembered })
}
