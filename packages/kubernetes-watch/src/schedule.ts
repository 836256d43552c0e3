// Time as an argument, so that tests decide when it passes.

/** Runs something later; the answer is a function that cancels it (harmless when it already ran). */
export type Schedule = (delayMs: number, run: () => void) => () => void

/** The real one: Node.js timers. */
export const timerSchedule: Schedule = (delayMs, run) => {
  const timer = setTimeout(run, delayMs)
  return () => clearTimeout(timer)
}

/** Resolves after the delay, or at once when the signal is or becomes aborted. Never rejects. */
export function pause(schedule: Schedule, delayMs: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve()
  return new Promise(resolve => {
    const done = (): void => {
      cancel()
      signal.removeEventListener('abort', done)
      resolve()
    }
    const cancel = schedule(delayMs, done)
    signal.addEventListener('abort', done)
  })
}

/** Something that happens once a time is over, unless it is put off. */
export interface Deadline {
  /** From now on so long. */
  set(delayMs: number): void
  clear(): void
}

/** A deadline that is not set. */
export function deadline(schedule: Schedule, run: () => void): Deadline {
  let cancel: (() => void) | undefined
  return {
    set: delayMs => {
      cancel?.()
      cancel = schedule(delayMs, run)
    },
    clear: () => {
      cancel?.()
      cancel = undefined
    },
  }
}
