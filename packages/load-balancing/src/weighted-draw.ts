/** Draws endpoints at random, in proportion to their weights. */

import { aliasTable } from './alias-table.ts'

/** Draws from the endpoints of one set, known here by their index. */
export interface WeightedDraw {
  /**
   * An index in proportion to weight among those that are neither excluded nor `taken`; undefined when none is left.
   * O(1) expected as long as those left hold a fair part of the weight, else O(n). No allocation.
   */
  next(excluded: ReadonlySet<string> | undefined, taken: number | undefined): number | undefined
}

/**
 * Draws from an alias table, or without one when all weights are equal, and again when the result may not be used; after 16
 * draws in vain it chooses exactly among those that are left. All ways give the same distribution.
 */
export const weightedDraw = (
  set: { readonly keys: readonly string[]; readonly weights: readonly number[] },
  random: () => number,
): WeightedDraw => {
  const { keys, weights } = set
  const table = weights.every(weight => weight === weights[0]) ? undefined : aliasTable(weights)

  const isLeft = (index: number, excluded: ReadonlySet<string> | undefined, taken: number | undefined): boolean =>
    index !== taken && (excluded === undefined || !excluded.has(keys[index] ?? ''))

  const exactChoice = (excluded: ReadonlySet<string> | undefined, taken: number | undefined): number | undefined => {
    let total = 0
    for (let index = 0; index < keys.length; index += 1)
      if (isLeft(index, excluded, taken)) total += weights[index] ?? 0
    let place = random() * total
    let chosen: number | undefined
    for (let index = 0; index < keys.length; index += 1) {
      if (!isLeft(index, excluded, taken)) continue
      chosen = index
      place -= weights[index] ?? 0
      if (place < 0) break
    }
    return chosen
  }

  return {
    next(excluded, taken) {
      const size = keys.length
      if (size === 0 || (size === 1 && taken === 0)) return undefined
      for (let draw = 0; draw < maxDraws; draw += 1) {
        const index = table === undefined ? evenIndex(random(), size, taken) : table.indexOf(random())
        if (isLeft(index, excluded, taken)) return index
      }
      return exactChoice(excluded, taken)
    },
  }
}

/** Of equal weights, another one than `taken` is drawn at once; over few endpoints that saves many draws in vain. */
const evenIndex = (draw: number, size: number, taken: number | undefined): number => {
  if (taken === undefined) return Math.floor(draw * size)
  const other = Math.floor(draw * (size - 1))
  return other < taken ? other : other + 1
}

// While half of the weight is left, one pick in 65,536 goes on to look at every endpoint.
const maxDraws = 16
