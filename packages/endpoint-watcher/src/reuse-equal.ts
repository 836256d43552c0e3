/** Keeps the old object where a new one says the same, so that consumers can compare by identity. */
import { isDeepStrictEqual } from 'node:util'

/** `previous` if it is deeply equal to `next`, else `next`. O(size of the values). */
export function reuseEqual<T>(previous: T | undefined, next: T): T {
  return previous !== undefined && isDeepStrictEqual(previous, next) ? previous : next
}
