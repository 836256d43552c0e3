/** A binary min-heap over the items 0 … n−1 whose order may change while they are in it. */

/** Keeps the first item findable; the caller says when an item's place in the order has changed. */
export interface IndexedHeap {
  /** First item in order that is not skipped, or undefined. O(1), plus up to two comparisons per skipped item. */
  first(skip: ((item: number) => boolean) | undefined): number | undefined
  /** Must be called after each single item whose order changed, before the next one changes. O(log n). */
  moved(item: number): void
  /** Must be called after any number of items changed. O(n). */
  rebuild(): void
}

/** A heap of `size` items. `before` must be a strict total order that stays fixed between the calls of `moved`. */
export const indexedHeap = (size: number, before: (a: number, b: number) => boolean): IndexedHeap => {
  const items = Uint32Array.from({ length: size }, (_, item) => item)
  const places = Uint32Array.from(items)

  const put = (item: number, place: number): void => {
    items[place] = item
    places[item] = place
  }

  const rise = (item: number, from: number): void => {
    let place = from
    while (place > 0) {
      const parent = (place - 1) >> 1
      const above = items[parent] ?? 0
      if (!before(item, above)) break
      put(above, place)
      place = parent
    }
    put(item, place)
  }

  const sink = (item: number, from: number): void => {
    let place = from
    for (let child = 2 * place + 1; child < size; child = 2 * place + 1) {
      const left = items[child] ?? 0
      const right = items[child + 1] ?? 0
      const rightFirst = child + 1 < size && before(right, left)
      const below = rightFirst ? right : left
      if (!before(below, item)) break
      put(below, place)
      place = rightFirst ? child + 1 : child
    }
    put(item, place)
  }

  // An item that is not skipped is the first of everything below it, so the search only goes below skipped ones.
  const firstBelow = (place: number, skip: (item: number) => boolean): number | undefined => {
    const item = items[place]
    if (item === undefined || !skip(item)) return item
    const left = firstBelow(2 * place + 1, skip)
    const right = firstBelow(2 * place + 2, skip)
    if (left === undefined || right === undefined) return left ?? right
    return before(right, left) ? right : left
  }

  const rebuild = (): void => {
    for (let place = (size >> 1) - 1; place >= 0; place -= 1) sink(items[place] ?? 0, place)
  }

  rebuild()
  return {
    first: skip => (skip === undefined ? items[0] : firstBelow(0, skip)),
    moved(item) {
      rise(item, places[item] ?? 0)
      sink(item, places[item] ?? 0)
    },
    rebuild,
  }
}
