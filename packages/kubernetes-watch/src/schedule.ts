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
