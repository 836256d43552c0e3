/** Waits for a condition by asking again, never for a fixed time. */

import { setTimeout as pause } from 'node:timers/promises'

/** Calls `attempt` until it does not throw, and returns its value; after `withinMs` (default 8 s) its last error is thrown. */
export async function eventually<T>(attempt: () => T | Promise<T>, withinMs = 8_000): Promise<T> {
  const deadline = performance.now() + withinMs
  for (;;) {
    try {
      return await attempt()
    } catch (error) {
      if (performance.now() > deadline) throw error
    }
    await pause(20)
  }
}
