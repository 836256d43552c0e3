// Time for tests: short waits are over at once, long ones when the test says so.
import type { Schedule } from '../src/index.ts'

/** A schedule that remembers what it was asked for. */
export interface TestSchedule {
  readonly schedule: Schedule
  /** Every delay so far, in milliseconds. */
  delays(): readonly number[]
  /** How many runs are held back. */
  held(): number
  /** Runs what is held back, of one delay or all of it. */
  release(delayMs?: number): void
}

/** Holds back what `isHeld` says, and runs everything else as soon as the event loop turns. */
export function testSchedule({ isHeld }: { readonly isHeld: (delayMs: number) => boolean }): TestSchedule {
  const delays: number[] = []
  const held = new Map<() => void, number>()
  return {
    schedule: (delayMs, run) => {
      delays.push(delayMs)
      if (!isHeld(delayMs)) {
        const immediate = setImmediate(run)
        return () => clearImmediate(immediate)
      }
      const hold = (): void => run()
      held.set(hold, delayMs)
      return () => held.delete(hold)
    },
    delays: () => delays,
    held: () => held.size,
    release: only => {
      const due = [...held].filter(([, delayMs]) => only === undefined || delayMs === only)
      for (const [run] of due) held.delete(run)
      for (const [run] of due) run()
    },
  }
}
