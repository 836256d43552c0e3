/** How long a worker must have lived for its end to count as the first one. */
const healthyMs = 60_000

const firstDelayMs = 100
const longestDelayMs = 30_000

/** When a worker that ended is started again: at once the first time, then after 100 ms, doubled each time up to 30 s. */
export class RestartBackoff {
  #ends = 0

  /** The delay before the next start, in milliseconds. `livedMs` is how long the worker lived; a minute makes up for all ends before. */
  ended(livedMs: number): number {
    if (livedMs >= healthyMs) this.#ends = 0
    this.#ends += 1
    if (this.#ends === 1) return 0
    // The exponent is bounded so that the power stays finite.
    return Math.min(longestDelayMs, firstDelayMs * 2 ** Math.min(this.#ends - 2, 20))
  }
}
