/** Numbers hashes so that few of them change their number when there are more or fewer numbers. */

import { avalanche } from './avalanche.ts'

/**
 * The number, from 0 to below `count`, of a hash of 32 even bits. Every number has as many hashes. With one number more, only those
 * change that get the new one, and with one less only those that had the last one. `count` is from 1 to 2³⁰. O(1): two draws on average.
 *
 * @see Coluzzi, Brocco, Antonucci, Leidi, "BinomialHash: A Constant Time, Minimal Memory Consistent Hashing Algorithm", arXiv 2406.19836
 */
export const binomialHash = (hash: number, count: number): number => {
  const size = 1 << (32 - Math.clz32(count - 1))
  const first = amongPowerOfTwo(hash, size)
  if (first < count) return first
  let draw = hash
  for (let draws = 0; draws < maxDraws; draws += 1) {
    draw = avalanche((draw + drawStep) | 0)
    const number = draw & (size - 1)
    // What is below half of the size must not depend on the count.
    if (number < size / 2) break
    if (number < count) return number
  }
  return amongPowerOfTwo(hash, size / 2)
}

/** With twice the size half of the hashes keep their number and the others get one that is new. */
const amongPowerOfTwo = (hash: number, size: number): number => {
  const bits = hash & (size - 1)
  if (bits === 0) return 0
  const highest = 31 - Math.clz32(bits)
  const half = 1 << highest
  // Mixed again: else those that lose a number in the upper half would all go to the one beside it in the lower half.
  return half | (avalanche(hash ^ Math.imul(highest, levelStep)) & (half - 1))
}

/** More than half of the draws are the last one, so one hash in four billion needs more. */
const maxDraws = 32
// Two odd numbers without a pattern, so that draws and levels have nothing to do with each other.
const drawStep = 0x9e3779b9
const levelStep = 0x85157af5
