/** Time-outs of many connections for the price of one timer: each has a moment, and one sweep looks at all of them. */

import { performance } from 'node:perf_hooks'

/** Something that must happen before a moment. */
export interface Expiring {
  /** On the clock of its `Deadlines`, in milliseconds; `Infinity` while nothing is awaited. Set freely: that is the whole cost of a time-out. */
  deadlineAt: number
  /** The moment has passed; called on every sweep until `deadlineAt` is later again. */
  expired(): void
}

/** What a set of deadlines is made with. */
export interface DeadlinesOptions {
  /** Time between sweeps: an expiry is noticed up to two of them late. Default 100 ms. */
  readonly sweepMs?: number
  /** A monotonic clock in milliseconds; default `performance.now`. */
  readonly now?: () => number
}

/** Sweeps while it has entries and never keeps the process alive. A sweep costs some 10 ns an entry. */
export class Deadlines {
  readonly #entries = new Set<Expiring>()
  readonly #sweepMs: number
  readonly #now: () => number
  #timer: NodeJS.Timeout | undefined
  #sweptAt = 0

  constructor(options: DeadlinesOptions = {}) {
    this.#sweepMs = options.sweepMs ?? 100
    this.#now = options.now ?? ((): number => performance.now())
  }

  /** The moment of the last sweep, or of the addition of the first entry: up to a sweep ago, and free, which the clock is not. */
  now(): number {
    return this.#timer === undefined ? this.#now() : this.#sweptAt
  }

  /** Watches an entry until `delete`. */
  add(entry: Expiring): void {
    this.#entries.add(entry)
    if (this.#timer !== undefined) return
    this.#sweptAt = this.#now()
    this.#timer = setInterval(() => this.sweep(), this.#sweepMs).unref()
  }

  /** Forgets an entry; the timer ends with the last one. */
  delete(entry: Expiring): void {
    this.#entries.delete(entry)
    if (this.#entries.size > 0) return
    clearInterval(this.#timer)
    this.#timer = undefined
  }

  /** Calls `expired` of every entry whose moment has passed; the timer does this. */
  sweep(): void {
    const now = this.#now()
    this.#sweptAt = now
    // `now` may have been a sweep behind when the deadline was made: so late is never early.
    const passed = now - this.#sweepMs
    for (const entry of this.#entries) if (entry.deadlineAt <= passed) entry.expired()
  }
}
