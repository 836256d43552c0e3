// Time for tests: short waits are over at once, long ones when the test says so.
import type { Schedule } from '../src/index.ts'

/** A schedule that remembers what it was asked for. */
export interface TestSchedule {
  readonly schedule: Schedule
  /** Every delay so far, in milliseconds. */
  delays(): readonly number[]
  /** How many runs are held back. */
  held(): number
  /** Runs what is held back. */
  release(): void
}

/** Runs what is due within less than `heldFromMs` as soon as the event loop turns, and holds the rest back. */
export function testSchedule({ heldFromMs }: { readonly heldFromMs: number }): TestSchedule {
  const delays: number[] = []
  const held = new Set<() => void>()
  return {
    schedule: (delayMs, run) => {
      delays.push(delayMs)
      if (delayMs < heldFromMs) {
        const immediate = setImmediate(run)
        return () => clearImmediate(immediate)
      }
      held.add(run)
      return () => held.delete(run)
    },
    delays: () => delays,
    held: () => held.size,
    release: () => {
      const due = [...held]
      held.clear()
      for (const run of due) run()
    },
  }
}
