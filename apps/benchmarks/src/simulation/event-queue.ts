/** Virtual time: what is to happen, earliest first. */

/** Events of equal time happen in the order in which they were added. */
export interface EventQueue {
  /** Milliseconds since the beginning, as of the event that happens now. */
  now(): number
  /** Makes `event` happen so many milliseconds from now; at least 0. O(log n). */
  after(delayMs: number, event: () => void): void
  /** Lets everything happen that is due until then, then ends with the clock there. What is due later stays undone. */
  runUntil(endMs: number): void
}

/** An empty queue at time 0. Bounded by what its users add. */
export function eventQueue(): EventQueue {
  const heap: Event[] = []
  let nowMs = 0
  let added = 0

  return {
    now: () => nowMs,
    after(delayMs, run) {
      added += 1
      push(heap, { atMs: nowMs + delayMs, ordinal: added, run })
    },
    runUntil(endMs) {
      for (let next = heap[0]; next !== undefined && next.atMs <= endMs; next = heap[0]) {
        removeFirst(heap)
        nowMs = next.atMs
        next.run()
      }
      nowMs = endMs
    },
  }
}

interface Event {
  readonly atMs: number
  readonly ordinal: number
  readonly run: () => void
}

function isBefore(one: Event, other: Event): boolean {
  return one.atMs === other.atMs ? one.ordinal < other.ordinal : one.atMs < other.atMs
}

function push(heap: Event[], event: Event): void {
  let place = heap.length
  heap.push(event)
  while (place > 0) {
    const above = (place - 1) >> 1
    const parent = heap[above]
    if (parent === undefined || !isBefore(event, parent)) break
    heap[place] = parent
    place = above
  }
  heap[place] = event
}

function removeFirst(heap: Event[]): void {
  const event = heap.pop()
  if (event === undefined || heap.length === 0) return
  let place = 0
  for (;;) {
    const left = 2 * place + 1
    const [one, other] = [heap[left], heap[left + 1]]
    if (one === undefined) break
    const isRight = other !== undefined && isBefore(other, one)
    const least = isRight ? other : one
    if (!isBefore(least, event)) break
    heap[place] = least
    place = isRight ? left + 1 : left
  }
  heap[place] = event
}
