/** What differs between two maps of immutable values, by identity. */
export interface MapDifference<K, V> {
  /** New keys, and keys whose value is another one. */
  readonly changed: readonly (readonly [key: K, value: V])[]
  readonly removed: readonly K[]
}

/** O(1) for the same map, else O(size). */
export function mapDifference<K, V>(before: ReadonlyMap<K, V>, after: ReadonlyMap<K, V>): MapDifference<K, V> {
  if (before === after) return { changed: [], removed: [] }
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
