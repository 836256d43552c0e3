import { setImmediate as turn } from 'node:timers/promises'
import type { Schedule } from '@ingresskit/kubernetes-watch'

/** A clock that goes from one scheduled thing to the next, as fast as they are done. */
export class VirtualTime {
  #nowMs: number
  #order = 0
  #real = 0
  #waiting: { readonly atMs: number; readonly order: number; readonly run: () => void }[] = []

  constructor(startMs: number) {
    this.#nowMs = startMs
  }

  readonly now = (): number => this.#nowMs

  readonly schedule: Schedule = (delayMs, run) => {
    this.#order += 1
    const entry = { atMs: this.#nowMs + delayMs, order: this.#order, run }
    this.#waiting.push(entry)
    return () => {
      this.#waiting = this.#waiting.filter(other => other !== entry)
    }
  }

  /** Something that takes real time, which the clock waits for. */
  async real<T>(work: Promise<T>): Promise<T> {
    this.#real += 1
    try {
      return await work
    } finally {
      this.#real -= 1
    }
  }

  /** Resolves after the delay; rejects as soon as the signal is aborted. */
  async wait(delayMs: number, signal?: AbortSignal): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      signal?.throwIfAborted()
      const cancel = this.schedule(delayMs, resolve)
      signal?.addEventListener('abort', () => {
        cancel()
        reject(new Error('aborted'))
      })
    })
  }

  /** Runs what is due until that moment; `afterEach` is called after each thing, when everything it set off is done. */
  async runUntil(endMs: number, afterEach: () => void = () => undefined): Promise<void> {
    await this.#settle()
    for (;;) {
      const [next] = this.#waiting.toSorted((a, b) => a.atMs - b.atMs || a.order - b.order)
      if (next === undefined || next.atMs > endMs) break
      this.#waiting = this.#waiting.filter(entry => entry !== next)
      this.#nowMs = Math.max(this.#nowMs, next.atMs)
      next.run()
      await this.#settle()
      afterEach()
    }
    this.#nowMs = Math.max(this.#nowMs, endMs)
    afterEach()
  }

  async #settle(): Promise<void> {
    do await turn()
    while (this.#real > 0)
    await turn()
  }
}
