/** A share of the traffic for each of several alternatives. */

/**
 * The index whose part of the total weight `draw` falls into, or `undefined` when no weight is above 0.
 *
 * Weights of 0 or less, and those that are not finite, are never picked. O(n), for the few alternatives of a path.
 *
 * @param draw - random, 0 ≤ draw < 1; what lies outside goes to the first or the last alternative with a weight
 */
export const pickWeighted = (weights: readonly number[], draw: number): number | undefined => {
  const total = weights.reduce((sum, weight) => (isShare(weight) ? sum + weight : sum), 0)
  let left = draw * total
  let last: number | undefined
  for (const [index, weight] of weights.entries()) {
    if (!isShare(weight)) continue
    last = index
    left -= weight
    if (left < 0) return index
  }
  return last
}

const isShare = (weight: number): boolean => weight > 0 && Number.isFinite(weight)
