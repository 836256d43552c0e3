/** Time-outs whose clock is moved by the test. */

import { Deadlines } from '../../src/deadlines.ts'

const sweepMs = 100

export interface ManualDeadlines {
  readonly deadlines: Deadlines
  /** Moves the clock so far that every time-out of this length, begun before the call, is noticed by the sweep that follows. */
  pass(timeoutMs: number): void
  /** Moves the clock by less than a time-out of this length, and sweeps: what was begun before the call must not be noticed. */
  passAlmost(timeoutMs: number): void
}

export function manualDeadlines(): ManualDeadlines {
  let clock = 1_000_000
  const deadlines = new Deadlines({ sweepMs, now: () => clock })
  return {
    deadlines,
    pass: timeoutMs => {
      clock += timeoutMs + sweepMs
      deadlines.sweep()
    },
    passAlmost: timeoutMs => {
      clock += timeoutMs - 1
      deadlines.sweep()
    },
  }
}
