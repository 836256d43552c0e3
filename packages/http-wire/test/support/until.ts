/** Waits for a condition, not for a time. */

import { setImmediate } from 'node:timers/promises'

/** Resolves once the condition holds; looked at on every turn of the event loop. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await setImmediate()
}
