/** Medians and spreads of rounds, and ratios between contestants. */

export interface Spread {
  readonly median: number
  readonly min: number
  readonly max: number
}

export interface Ratio {
  /** Of the two medians. */
  readonly ofMedians: number
  /** The least and the greatest of the ratios round by round; in one round contestants take turns within a minute or so. */
  readonly min: number
  readonly max: number
}

/** Of at least one value. */
export function spread(values: readonly number[]): Spread {
  return { median: median(values), min: Math.min(...values), max: Math.max(...values) }
}

/**
 * What one contestant's figure is to another's. Rounds that only one of them has count for its median alone. NaN where the other's
 * figure is not above 0, as a difference may be: a ratio to it says nothing.
 */
export function ratio(ours: readonly number[], theirs: readonly number[]): Ratio {
  const pairs = ours.slice(0, theirs.length).map((value, round) => quotient(value, theirs[round]))
  return { ofMedians: quotient(median(ours), median(theirs)), min: Math.min(...pairs), max: Math.max(...pairs) }
}

function quotient(ours: number, theirs: number = Number.NaN): number {
  return theirs > 0 ? ours / theirs : Number.NaN
}

/** The middle value; the mean of the two middle ones when their number is even. NaN for none. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  const upper = sorted[middle] ?? Number.NaN
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2
}
