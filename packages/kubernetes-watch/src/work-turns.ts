// Shares the event loop: work on what the API server sent stops in between, so that everything else gets its turn.

/** The turns in which all readers of one source together do their work. */
export interface WorkTurns {
  /**
   * To be asked before each piece of work, e.g. one object. `undefined`: go on, without the cost of an await. Else it
   * resolves in a later turn of the event loop, one reader in each, in the order they came.
   */
  next(): Promise<void> | undefined
}

/** What turns are measured and ended by. */
export interface WorkTurnsOptions {
  /** Monotonic, in milliseconds. */
  readonly now: () => number
  /** Work stops after so long, plus the piece that was begun. */
  readonly budgetMs: number
  /** Runs something once the event loop has been around; default `setImmediate`. */
  readonly later?: (run: () => void) => void
}

/** Turns of the event loop, none of which was used yet. */
export function workTurns({ now, budgetMs, later = setImmediate }: WorkTurnsOptions): WorkTurns {
  /** Bounded by the number of readers, each of which waits. */
  const waiting: (() => void)[] = []
  let startedAt: number | undefined
  let isEndAwaited = false

  const awaitEnd = (): void => {
    if (isEndAwaited) return
    isEndAwaited = true
    later(endTurn)
  }
  const endTurn = (): void => {
    isEndAwaited = false
    const reader = waiting.shift()
    startedAt = reader && now()
    if (reader) awaitEnd()
    reader?.()
  }

  return {
    next: () => {
      startedAt ??= now()
      awaitEnd()
      if (now() - startedAt < budgetMs) return undefined
      return new Promise(resolve => waiting.push(resolve))
    },
  }
}
