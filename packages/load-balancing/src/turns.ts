/** Taking turns: the part of round-robin that remembers whose turn it is. */

/** Takes turns over endpoints that are known here by their index in the set. */
export interface Turns {
  /** Index of the endpoint whose turn it is, or undefined when all are excluded. The turn is then taken. */
  next(excluded: ReadonlySet<string> | undefined): number | undefined
  /**
   * By how many picks each endpoint is behind its share (negative: ahead), by key. Hands the turns over to the next
   * set; what is not in it joins at 0, the neutral position. O(n).
   */
  lags(): ReadonlyMap<string, number>
}
