/** Weighted random choice in constant time. */

/** Chooses among items that are known here by their index. */
export interface AliasTable {
  /** The index that a number from 0 to below 1 falls on: index i for w_i of Σw of all numbers. O(1); 0 for the empty table. */
  indexOf(draw: number): number
}

/**
 * A table over these weights, which are positive integers. Building is O(n); memory is 12 bytes per weight.
 *
 * The weights are split over n cells of the same size, each with at most two owners: a cell's threshold says which part
 * of it is its own, the rest is its alias's. Cells are filled in whole numbers, so nothing is lost to rounding.
 *
 * @see Vose, "A Linear Algorithm for Generating Random Numbers with a Given Distribution", IEEE Transactions on Software
 * Engineering 17(9), 1991
 */
export const aliasTable = (weights: readonly number[]): AliasTable => {
  const size = weights.length
  const cell = weights.reduce((sum, weight) => sum + weight, 0)
  const left = Float64Array.from(weights, weight => weight * size)
  const aliases = Uint32Array.from(weights, (_, index) => index)
  const thresholds = new Float64Array(size).fill(1)
  const small: number[] = []
  const large: number[] = []
  for (const [index, amount] of left.entries()) (amount < cell ? small : large).push(index)

  for (let poor = small.pop(); poor !== undefined; poor = small.pop()) {
    const rich = large.at(-1) ?? poor
    const own = left[poor] ?? 0
    const rest = (left[rich] ?? 0) - (cell - own)
    thresholds[poor] = own / cell
    aliases[poor] = rich
    left[rich] = rest
    if (rest < cell) {
      large.pop()
      small.push(rich)
    }
  }

  return {
    indexOf(draw) {
      const place = draw * size
      const index = Math.floor(place)
      return place - index < (thresholds[index] ?? 1) ? index : (aliases[index] ?? 0)
    },
  }
}
