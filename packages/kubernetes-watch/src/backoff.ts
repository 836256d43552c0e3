// How long to wait between attempts that failed.

/** Grows with each attempt until it is reset. */
export interface Backoff {
  /** The delay before the next attempt, in milliseconds; `atMostMs` cuts this one alone. */
  next(atMostMs?: number): number
  reset(): void
}

// client-go's reflector: 800 ms, doubled up to 30 s, with jitter.
const firstMs = 800
const jitter = 0.5

/**
 * Exponential delays with jitter, from 0.8 s to the longest, by default 30 s: the jitter keeps controllers from coming
 * back all at once.
 */
export function backoff(random: () => number, longestMs = 30_000): Backoff {
  const lastMs = longestMs / (1 + jitter)
  let baseMs = firstMs
  return {
    next: (atMostMs = longestMs) => {
      const jittered = (ms: number): number => ms * (1 + jitter * random())
      const delayMs = jittered(Math.min(baseMs, atMostMs / (1 + jitter)))
      baseMs = Math.min(baseMs * 2, lastMs)
      return delayMs
    },
    reset: () => {
      baseMs = firstMs
    },
  }
}
