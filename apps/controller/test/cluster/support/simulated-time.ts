// Time that passes only when a test lets it.
import type { Schedule } from '@ingresskit/kubernetes-watch'

/** A clock with timers. */
export interface SimulatedTime {
  readonly nowMs: () => number
  readonly schedule: Schedule
  /** Runs everything that is due until then, in order; `afterEach` is called after each timer. */
  runUntil(ms: number, afterEach?: () => void): Promise<void>
  /** As many milliseconds from now. */
  run(ms: number): Promise<void>
  /** How many timers are set. */
  timers(): number
}

/** Begins at 0. */
export function simulatedTime(): SimulatedTime {
  let nowMs = 0
  let nextId = 0
  const timers = new Map<number, { readonly atMs: number; readonly run: () => void }>()
  const due = (untilMs: number): number | undefined => {
    let first: { readonly id: number; readonly atMs: number } | undefined
    for (const [id, { atMs }] of timers) {
      if (atMs <= untilMs && (first === undefined || atMs < first.atMs)) first = { id, atMs }
    }
    return first?.id
  }
  const runUntil = async (untilMs: number, afterEach?: () => void): Promise<void> => {
    await promisesSettled()
    for (let id = due(untilMs); id !== undefined; id = due(untilMs)) {
      const timer = timers.get(id)
      timers.delete(id)
      nowMs = Math.max(nowMs, timer?.atMs ?? nowMs)
      timer?.run()
      await promisesSettled()
      afterEach?.()
    }
    nowMs = untilMs
  }
  return {
    nowMs: () => nowMs,
    schedule: (delayMs, run) => {
      const id = nextId
      nextId += 1
      timers.set(id, { atMs: nowMs + Math.max(0, delayMs), run })
      return () => void timers.delete(id)
    },
    runUntil,
    run: ms => runUntil(nowMs + ms),
    timers: () => timers.size,
  }
}

/** After every promise that needs no timer and no socket. */
export function promisesSettled(): Promise<void> {
  return new Promise(resolve => setImmediate(resolve))
}
