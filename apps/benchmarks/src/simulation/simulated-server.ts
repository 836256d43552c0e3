/** A server of the simulation: some requests at a time, the others in a queue. */

import type { EventQueue } from './event-queue.ts'

/** How a server behaves. */
export interface ServerModel {
  readonly key: string
  /** Requests it works on at a time; the others wait in the order in which they came. */
  readonly concurrency: number
  /** Time for a request of work 1. */
  readonly meanMs: number
  /** Answers 503 in this time whatever the request. Left out: it answers 200. */
  readonly failsInMs?: number
  /** When it joins; left out: it is there from the beginning. */
  readonly joinsAtMs?: number
  /** How cold it is at first: `times` as slow, falling in a line to 1 within `forMs` from when it joined. */
  readonly cold?: { readonly times: number; readonly forMs: number }
}

/** One attempt on a server. */
export interface Job {
  /** How heavy the request is; 1 on average. */
  readonly work: number
  /** Called once with the status, unless the job was given up before. */
  readonly answer: (status: number) => void
  /** The proxy has given up: a waiting job is left out, one that is worked on is worked on to its end. */
  isGivenUp: boolean
}

/** A server that runs. */
export interface SimulatedServer {
  /** Begins with the job, or puts it at the end of the queue. O(1). */
  offer(job: Job): void
}

/** A server that is idle. Its queue is bounded by the requests that are in flight on it. */
export function simulatedServer(model: ServerModel, events: EventQueue): SimulatedServer {
  const waiting: Job[] = []
  let firstWaiting = 0
  let busy = 0

  const begin = (job: Job): void => {
    busy += 1
    events.after(durationMs(model, job, events.now()), () => end(job))
  }

  const end = (job: Job): void => {
    busy -= 1
    if (!job.isGivenUp) job.answer(model.failsInMs === undefined ? 200 : 503)
    while (busy < model.concurrency && firstWaiting < waiting.length) {
      const next = waiting[firstWaiting]
      firstWaiting += 1
      if (next !== undefined && !next.isGivenUp) begin(next)
    }
    if (firstWaiting < waiting.length) return
    waiting.length = 0
    firstWaiting = 0
  }

  return {
    offer(job) {
      if (busy < model.concurrency) begin(job)
      else waiting.push(job)
    },
  }
}

function durationMs({ meanMs, failsInMs, joinsAtMs = 0, cold }: ServerModel, job: Job, atMs: number): number {
  if (failsInMs !== undefined) return failsInMs
  const coldness = cold === undefined ? 0 : Math.max(0, 1 - (atMs - joinsAtMs) / cold.forMs)
  return job.work * meanMs * (1 + coldness * ((cold?.times ?? 1) - 1))
}
