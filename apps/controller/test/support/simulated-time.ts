import type { Schedule } from '@ingresskit/kubernetes-watch'

/** Time that passes only when a test says so. */
export interface SimulatedTime {
  /** Milliseconds since the epoch. */
  readonly now: () => number
  /** Milliseconds since the start. */
  readonly monotonicMs: () => number
  readonly schedule: Schedule
  /** Lets time pass and runs what is due, in order, without a turn for promises. */
  advance(ms: number): void
  /** Lets time pass until the next run that is planned, and runs it. */
  advanceToNext(): void
  /** Until the next run that is planned; `undefined` when there is none. */
  nextInMs(): number | undefined
  /** As `advance`, with turns for promises after each run; `afterEach` is called after those, and in the end. */
  run(ms: number, afterEach?: () => void): Promise<void>
  /** As `run`, until so long after the start. */
  runUntil(monotonicMs: number, afterEach?: () => void): Promise<void>
  /** Something that takes real time, for which `run` waits. */
  real<T>(work: Promise<T>): Promise<T>
  /** How many runs are planned. */
  timers(): number
}

interface Timer {
  readonly atMs: number
  readonly run: () => void
}

/** Begins at 2026-11-25T22:00:00Z unless told otherwise. */
export function simulatedTime(startMs: number = Date.UTC(2026, 10, 25, 22)): SimulatedTime {
  const timers = new Set<Timer>()
  let elapsedMs = 0
  let realWork = 0

  /** The first that is due until then; of those due at the same moment the one planned first. */
  const due = (untilMs: number): Timer | undefined => {
    let first: Timer | undefined
    for (const timer of timers) if (timer.atMs <= untilMs && timer.atMs < (first?.atMs ?? Infinity)) first = timer
    return first
  }
  const runNext = (untilMs: number): 'ran' | 'none' => {
    const next = due(untilMs)
    if (next === undefined) return 'none'
    timers.delete(next)
    elapsedMs = Math.max(elapsedMs, next.atMs)
    next.run()
    return 'ran'
  }
  const settled = async (): Promise<void> => {
    await promisesSettled()
    if (realWork === 0) return
    while (realWork > 0) await promisesSettled()
    await promisesSettled()
  }
  const nextInMs = (): number | undefined => {
    const next = due(Infinity)
    return next === undefined ? undefined : next.atMs - elapsedMs
  }
  const advance = (ms: number): void => {
    const untilMs = elapsedMs + ms
    while (runNext(untilMs) === 'ran');
    elapsedMs = untilMs
  }
  const runUntil = async (untilMs: number, afterEach: () => void = () => undefined): Promise<void> => {
    await settled()
    while (runNext(untilMs) === 'ran') {
      await settled()
      afterEach()
    }
    elapsedMs = Math.max(elapsedMs, untilMs)
    afterEach()
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
    run: async (ms, afterEach) => runUntil(elapsedMs + ms, afterEach),
    runUntil,
    real: async work => {
      realWork += 1
      try {
        return await work
      } finally {
        realWork -= 1
      }
    },
    timers: () => timers.size,
  }
}

/** After every promise that needs no timer and no socket. */
export function promisesSettled(): Promise<void> {
  return new Promise(resolve => setImmediate(resolve))
}
