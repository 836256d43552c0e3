/** Allows a burst, then a steady rate. Time is whatever the caller counts in milliseconds, as long as it never goes back. */
export interface TokenBucket {
  /** Takes a token if there is one. */
  take(nowMs: number): 'taken' | 'empty'
  /** Takes a token that may not be there yet: the next one comes later by as much. */
  owe(nowMs: number): void
  /** Until there is a token; 0 when there is one. */
  waitMs(nowMs: number): number
}

/** What a bucket allows. */
export interface TokenBucketOptions {
  /** Tokens of a full bucket, which it begins as. */
  readonly burst: number
  /** Time in which one token comes back. */
  readonly refillMs: number
}

/** A full bucket. O(1) each. */
export function tokenBucket({ burst, refillMs }: TokenBucketOptions): TokenBucket {
  let tokens = burst
  let filledAtMs: number | undefined

  const fill = (nowMs: number): void => {
    const elapsedMs = Math.max(0, nowMs - (filledAtMs ?? nowMs))
    tokens = Math.min(burst, tokens + elapsedMs / refillMs)
    filledAtMs = nowMs
  }
  return {
    take: nowMs => {
      fill(nowMs)
      if (tokens < nearlyOne) return 'empty'
      tokens -= 1
      return 'taken'
    },
    owe: nowMs => {
      fill(nowMs)
      tokens -= 1
    },
    waitMs: nowMs => {
      fill(nowMs)
      return tokens < nearlyOne ? Math.ceil((1 - tokens) * refillMs) : 0
    },
  }
}

/** Sums of fractions fall short of 1 by a rounding error. */
const nearlyOne = 1 - 1e-6
