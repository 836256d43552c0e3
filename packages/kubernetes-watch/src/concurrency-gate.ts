/** Runs tasks, at most so many at a time; the others wait in the order they came. */
export type ConcurrencyGate = <T>(task: () => Promise<T>) => Promise<T>

/** A gate for `limit` tasks at a time. The queue is bounded by the number of callers, each of which waits. */
export function concurrencyGate(limit: number): ConcurrencyGate {
  const queue: (() => void)[] = []
  let running = 0
  return async task => {
    // Whoever ends hands its place to the first in the queue, so `running` does not change then.
    if (running < limit) running += 1
    else await new Promise<void>(resolve => queue.push(resolve))
    try {
      return await task()
    } finally {
      const next = queue.shift()
      if (next) next()
      else running -= 1
    }
  }
}
