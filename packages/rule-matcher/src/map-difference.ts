/** What differs between two maps of immutable values, by identity. */
import { LayeredMap } from './layered-map.ts'

/** From one map to the next. */
export interface MapDifference<K, V> {
  /** New keys, and keys whose value is another one. */
  readonly changed: readonly (readonly [key: K, value: V])[]
  /** Keys that are gone. */
  readonly removed: readonly K[]
}

/** Compares two maps. O(1) for the same one, the changes in between for a `LayeredMap` and a near successor of it, else O(size). */
export function mapDifference<K, V>(before: ReadonlyMap<K, V>, after: ReadonlyMap<K, V>): MapDifference<K, V> {
  if (before === after) return { changed: [], removed: [] }
  const keys = after instanceof LayeredMap && before instanceof LayeredMap ? after.changedSince(before) : undefined
  if (keys !== undefined) return differenceAt(keys as Iterable<K>, before, after)
  const changed: (readonly [K, V])[] = []
  let stayed = 0
  for (const entry of after) {
    const old = before.get(entry[0])
    if (old !== undefined) stayed += 1
    if (old !== entry[1]) changed.push(entry)
  }
  if (stayed === before.size) return { changed, removed: [] }
  return { changed, removed: [...before.keys()].filter(key => !after.has(key)) }
}

function differenceAt<K, V>(
  keys: Iterable<K>,
  before: ReadonlyMap<K, V>,
  after: ReadonlyMap<K, V>,
): MapDifference<K, V> {
  const changed: (readonly [K, V])[] = []
  const removed: K[] = []
  for (const key of keys) {
    const [old, now] = [before.get(key), after.get(key)]
    if (old === now) continue
    if (now === undefined) removed.push(key)
    else changed.push([key, now])
  }
  return { changed, removed }
}
