// Time as an argument of the fake API server, so that a test of minutes takes none.

/** Runs something later; the answer is a function that cancels it (harmless when it already ran). */
export type FakeSchedule = (delayMs: number, run: () => void) => () => void

/** A schedule whose time passes when the test says so. */
export interface ManualSchedule {
  readonly schedule: FakeSchedule
  /** Lets so much time pass: runs what is due, in the order of time, also what is scheduled meanwhile. */
  advance(byMs: number): void
  /** How many runs are waiting. */
  pending(): number
}

/** Node.js timers. */
export const realSchedule: FakeSchedule = (delayMs, run) => {
  const timer = setTimeout(run, delayMs)
  return () => clearTimeout(timer)
}

/** A schedule that stands still until it is advanced. */
export function manualSchedule(): ManualSchedule {
  const waiting = new Set<{ readonly atMs: number; readonly run: () => void }>()
  let nowMs = 0
  return {
    schedule: (delayMs, run) => {
      const entry = { atMs: nowMs + delayMs, run }
      waiting.add(entry)
      return () => waiting.delete(entry)
    },
    advance: byMs => {
      const untilMs = nowMs + byMs
      for (;;) {
        const [next] = [...waiting].filter(({ atMs }) => atMs <= untilMs).sort((a, b) => a.atMs - b.atMs)
        if (!next) break
        waiting.delete(next)
        nowMs = next.atMs
        next.run()
      }
      nowMs = untilMs
    },
    pending: () => waiting.size,
  }
}
