/** Waits for a condition by asking again, never for a fixed time. */

import { setTimeout as pause } from 'node:timers/promises'

const betweenMs = 5

/** Calls `attempt` until it does not throw, and returns its value; after `withinMs` its last error is thrown. */
export async function eventually<T>(attempt: () => T | Promise<T>, withinMs: number): Promise<T> {
  const deadline = performance.now() + withinMs
  for (;;) {
    try {
      return await attempt()
    } catch (error) {
      if (performance.now() > deadline) throw error
    }
    await pause(betweenMs)
  }
}
