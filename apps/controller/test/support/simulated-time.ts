import type { Schedule } from '@ingresskit/kubernetes-watch'

/** Time that passes only when a test says so. */
export interface SimulatedTime {
  /** Milliseconds since the epoch. */
  readonly now: () => number
  /** Milliseconds since the start. */
  readonly monotonicMs: () => number
  readonly schedule: Schedule
  /** Lets time pass and runs what is due, in order. */
  advance(ms: number): void
  /** Lets time pass until the next run that is planned, and runs it. */
  advanceToNext(): void
  /** Until the next run that is planned; `undefined` when there is none. */
  nextInMs(): number | undefined
}

/** Begins at 2026-11-25T22:00:00Z. */
export function simulatedTime(): SimulatedTime {
  const startMs = Date.UTC(2026, 10, 25, 22)
  const timers = new Set<{ readonly atMs: number; readonly run: () => void }>()
  let elapsedMs = 0
  const nextInMs = (): number | undefined =>
    timers.size === 0 ? undefined : Math.min(...[...timers].map(({ atMs }) => atMs)) - elapsedMs
  const advance = (ms: number): void => {
    const untilMs = elapsedMs + ms
    for (;;) {
      const [next] = [...timers].filter(({ atMs }) => atMs <= untilMs).sort((a, b) => a.atMs - b.atMs)
      if (next === undefined) break
      timers.delete(next)
      elapsedMs = next.atMs
      next.run()
    }
    elapsedMs = untilMs
  }
  return {
    now: () => startMs + elapsedMs,
    monotonicMs: () => elapsedMs,
    schedule: (delayMs, run) => {
      const timer = { atMs: elapsedMs + Math.max(0, delayMs), run }
      timers.add(timer)
      return () => void timers.delete(timer)
    },
    advance,
    advanceToNext: () => advance(nextInMs() ?? 0),
    nextInMs,
  }
}
