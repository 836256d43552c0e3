/** A binary min-heap over the endpoints 0 … n−1, ordered by load, then by turn, then by index. */

/**
 * Keeps the first endpoint findable; the caller says whose load or turn has changed. What counts as load is the caller's: requests in
 * flight per weight, or the time when a turn is due.
 *
 * A class with its comparison written in, because engines then share one compiled version between all balancers of a process, where
 * closures would be called through.
 */
export class LoadHeap {
  /** By endpoint. Of requests in flight per weight, equal quotients are equal doubles and different ones are not. */
  readonly loads: Float64Array
  /** When it is an endpoint's turn among equally loaded ones, by endpoint. */
  readonly turns: Float64Array
  readonly #items: Uint32Array
  readonly #places: Uint32Array
  readonly #size: number

  /** All loads are 0; call `rebuild` once they and the turns are set. */
  constructor(size: number) {
    this.loads = new Float64Array(size)
    this.turns = new Float64Array(size)
    this.#items = Uint32Array.from({ length: size }, (_, item) => item)
    this.#places = Uint32Array.from(this.#items)
    this.#size = size
  }

  /** First endpoint in order that is not skipped, or undefined. O(1), plus up to two comparisons per skipped one. */
  first(skip: ((item: number) => boolean) | undefined): number | undefined {
    return skip === undefined ? this.#items[0] : this.#firstBelow(0, skip)
  }

  /** Must be called after each single endpoint whose load or turn grew, before the next one changes. O(log n), least where it grew most. */
  grew(item: number): void {
    this.#rise(item, this.#bottomBelow(this.#places[item] ?? 0))
  }

  /** Must be called after each single endpoint whose load changed either way, before the next one changes. O(log n). */
  moved(item: number): void {
    this.#rise(item, this.#places[item] ?? 0)
    this.#sink(item, this.#places[item] ?? 0)
  }

  /** Must be called after any number of endpoints changed. O(n). */
  rebuild(): void {
    for (let place = (this.#size >> 1) - 1; place >= 0; place -= 1) this.#sink(this.#items[place] ?? 0, place)
  }

  #before(a: number, b: number): boolean {
    const load = (this.loads[a] ?? 0) - (this.loads[b] ?? 0)
    if (load !== 0) return load < 0
    const turn = (this.turns[a] ?? 0) - (this.turns[b] ?? 0)
    return turn === 0 ? a < b : turn < 0
  }

  #rise(item: number, from: number): void {
    const items = this.#items
    const places = this.#places
    let place = from
    while (place > 0) {
      const parent = (place - 1) >> 1
      const above = items[parent] ?? 0
      if (!this.#before(item, above)) break
      items[place] = above
      places[above] = place
      place = parent
    }
    items[place] = item
    places[item] = place
  }

  #sink(item: number, from: number): void {
    const items = this.#items
    const places = this.#places
    const size = this.#size
    let place = from
    for (let child = 2 * place + 1; child < size; child = 2 * place + 1) {
      const left = items[child] ?? 0
      const right = items[child + 1] ?? 0
      const rightFirst = child + 1 < size && this.#before(right, left)
      const below = rightFirst ? right : left
      if (!this.#before(below, item)) break
      items[place] = below
      places[below] = place
      place = rightFirst ? child + 1 : child
    }
    items[place] = item
    places[item] = place
  }

  /**
   * Moves the firsts of what is below up by one, all the way down, and says which place is empty then. An endpoint that took its turn
   * belongs near the bottom, so comparing it on the way would be half of the work.
   *
   * @see Wegener, "Bottom-up-heapsort", Theoretical Computer Science 118, 1993
   */
  #bottomBelow(from: number): number {
    const items = this.#items
    const places = this.#places
    const size = this.#size
    let place = from
    for (let child = 2 * place + 1; child < size; child = 2 * place + 1) {
      if (child + 1 < size && this.#before(items[child + 1] ?? 0, items[child] ?? 0)) child += 1
      const below = items[child] ?? 0
      items[place] = below
      places[below] = place
      place = child
    }
    return place
  }

  // An endpoint that is not skipped is the first of everything below it, so the search only goes below skipped ones.
  #firstBelow(place: number, skip: (item: number) => boolean): number | undefined {
    const item = this.#items[place]
    if (item === undefined || !skip(item)) return item
    const left = this.#firstBelow(2 * place + 1, skip)
    const right = this.#firstBelow(2 * place + 2, skip)
    if (left === undefined || right === undefined) return left ?? right
    return this.#before(right, left) ? right : left
  }
}
