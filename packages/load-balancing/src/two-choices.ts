/** The power of two choices: draw two, take the better one. */

import { weightedDraw } from './weighted-draw.ts'

/** Index of the better of two endpoints drawn, or undefined when all are excluded. No allocation. */
export type TwoChoices = (excluded: ReadonlySet<string> | undefined) => number | undefined

/** What two choices are made from. */
export interface TwoChoicesOptions {
  /** Numbers from 0 to below 1. */
  readonly random: () => number
  /** Whether the second drawn is better than the first one; otherwise the first is taken, so ties go by weight. */
  readonly isBetter: (second: number, first: number) => boolean
}

/**
 * Draws two endpoints in proportion to weight and without replacement (every pair is equally likely when weights are
 * equal) and takes the better one. An endpoint that is worse than all others is never taken while another one is left.
 *
 * O(1) expected while those left hold a fair part of the weight; O(n) when most are excluded, or when one endpoint has
 * nearly all of the weight.
 *
 * @see Mitzenmacher, "The Power of Two Choices in Randomized Load Balancing", IEEE Transactions on Parallel and
 * Distributed Systems 12(10), 2001
 */
export const twoChoices = (
  set: { readonly keys: readonly string[]; readonly weights: readonly number[] },
  options: TwoChoicesOptions,
): TwoChoices => {
  const { random, isBetter } = options
  const draw = weightedDraw(set, random)
  return excluded => {
    const first = draw.next(excluded, undefined)
    if (first === undefined) return undefined
    const second = draw.next(excluded, first)
    return second !== undefined && isBetter(second, first) ? second : first
  }
}
