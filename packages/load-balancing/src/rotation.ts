/** Turns over endpoints of equal weight. */

import type { Turns } from './turns.ts'

/**
 * Plain rotation, which is what smooth weighted round-robin does when all weights are equal.
 *
 * Who is further behind goes first, ties in the order given. A pick is O(1), plus one step per excluded endpoint passed.
 */
export const rotation = (keys: readonly string[], lags: ReadonlyMap<string, number>): Turns => {
  const lagOf = (index: number): number => lags.get(keys[index] ?? '') ?? 0
  const order = keys.map((_, index) => index).sort((a, b) => lagOf(b) - lagOf(a) || a - b)
  let turn = 0

  return {
    next(excluded) {
      for (let step = 0; step < order.length; step += 1) {
        const index = order[turn]
        turn = turn + 1 === order.length ? 0 : turn + 1
        if (index !== undefined && !excluded?.has(keys[index] ?? '')) return index
      }
      return undefined
    },
    lags() {
      const size = order.length
      const fromTurn = [...order.slice(turn), ...order.slice(0, turn)]
      return new Map(fromTurn.map((index, place) => [keys[index] ?? '', (size - 1 - 2 * place) / (2 * size)]))
    },
  }
}
