// Makes a new version of an object out of the parts of the old one that say the same.

/** Deeper parts are taken over as they are. Kubernetes objects are some ten levels deep. */
const maxDepth = 24

/**
 * `next`, in which each part that says the same as its counterpart in `previous` is that very part. Changes `next`, which must be JSON
 * that nobody else has yet.
 *
 * A Service with a hundred endpoints of which one changed brings ninety-nine that are known: whoever derives something from
 * parts may keep it by identity, and the new copies are garbage at once instead of old garbage later. O(size of `next`).
 */
export function shareUnchanged<T>(previous: unknown, next: T): T {
  return shared(previous, next, 0) as T
}

function shared(previous: unknown, next: unknown, depth: number): unknown {
  if (previous === next || typeof previous !== 'object' || typeof next !== 'object') return next
  if (previous === null || next === null || depth > maxDepth) return next
  if (Array.isArray(next)) return Array.isArray(previous) ? sharedList(previous, next, depth) : next
  return Array.isArray(previous) ? next : sharedRecord(previous as Fields, next as Fields, depth)
}

type Fields = Record<string, unknown>

function sharedList(previous: readonly unknown[], next: unknown[], depth: number): unknown {
  let isSame = previous.length === next.length
  for (let index = 0; index < next.length; index += 1) {
    const item = shared(previous[index], next[index], depth + 1)
    next[index] = item
    isSame &&= item === previous[index]
  }
  return isSame ? previous : next
}

function sharedRecord(previous: Fields, next: Fields, depth: number): unknown {
  const names = Object.keys(next)
  let isSame = names.length === Object.keys(previous).length
  for (const name of names) {
    // JSON may have a field of any name, `__proto__` too: only own ones are looked at.
    if (!Object.hasOwn(previous, name)) {
      isSame = false
      continue
    }
    const before = previous[name]
    const value = shared(before, next[name], depth + 1)
    if (value !== next[name]) next[name] = value
    isSame &&= value === before
  }
  return isSame ? previous : next
}
