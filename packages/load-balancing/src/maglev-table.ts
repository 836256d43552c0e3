/** The lookup table of Maglev hashing: which endpoint owns each of its entries. */

import { LoadHeap } from './load-heap.ts'
import { murmurHash3 } from './murmur-hash3.ts'

/** An immutable table; an owner is an index into its keys. Its memory is 128 KiB. */
export interface MaglevTable {
  /** Keys of the owners in code-unit order. */
  readonly keys: readonly string[]
  /** Their weights, above 0. */
  readonly weights: readonly number[]
  /** The owner of each entry; all 0 when there are no keys. */
  readonly owners: Uint16Array
}

/** Entries of a table: a prime, so that every step size visits every entry (Maglev paper §5.3 uses it for small sets). */
export const maglevTableSize = 65_537

/** Owners are 16 bits wide: endpoints beyond the first 65,536 by key get no entries. */
const maxOwners = 2 ** 16

/** The table of no endpoints. */
export const emptyMaglevTable: MaglevTable = { keys: [], weights: [], owners: new Uint16Array(maglevTableSize) }

/**
 * The table over these keys, which are in code-unit order; with the entries of the one before when keys and weights are the same.
 *
 * Every endpoint walks the entries in an order of its own, which its key decides, and at each of its turns takes the next
 * entry on its walk that is free. The k-th turn (from 0) of an endpoint of weight w comes at the virtual time k/w, ties
 * in the order of weights, then keys: when an endpoint leaves, the turns of the others stay in the same order, which
 * keeps what moves small. So each endpoint has entries in proportion to its weight ± 1, and one at least.
 * About M·ln M steps to fill M entries, plus O(log n) per entry when all weights differ.
 *
 * @see Eisenbud et al., "Maglev: A Fast and Reliable Software Network Load Balancer", NSDI 2016, §3.4 (population; weights
 * by the frequency of turns) and §5.3 (table size)
 */
export const nextMaglevTable = (
  previous: MaglevTable,
  keys: readonly string[],
  weights: readonly number[],
): MaglevTable => {
  if (isEqual(previous.keys, keys) && isEqual(previous.weights, weights)) return { ...previous, keys }
  return { keys, weights, owners: populated(keys.slice(0, maxOwners), weights) }
}

const isEqual = <T>(a: readonly T[], b: readonly T[]): boolean =>
  a.length === b.length && a.every((value, index) => value === b[index])

const populated = (keys: readonly string[], weights: readonly number[]): Uint16Array => {
  const owners = new Uint16Array(maglevTableSize)
  if (keys.length === 0) return owners
  const taken = new Uint8Array(maglevTableSize)
  const entries = Uint32Array.from(keys, key => murmurHash3(key, offsetSeed) % maglevTableSize)
  const steps = Uint32Array.from(keys, key => 1 + (murmurHash3(key, stepSeed) % (maglevTableSize - 1)))

  const turns = turnsByWeight(keys.length, weights)
  for (let left = maglevTableSize; left > 0;) {
    for (const owner of turns.next()) {
      if (left === 0) break
      const step = steps[owner] ?? 1
      let entry = entries[owner] ?? 0
      while (taken[entry] === 1) entry = entry + step < maglevTableSize ? entry + step : entry + step - maglevTableSize
      taken[entry] = 1
      owners[entry] = owner
      entries[owner] = entry
      left -= 1
    }
  }
  return owners
}

const offsetSeed = 0
const stepSeed = 1

/** Owners of equal weight have their turns at the same times, so they take them as one group. */
const turnsByWeight = (count: number, weights: readonly number[]): { next(): readonly number[] } => {
  const groups = new Map<number, number[]>()
  for (let owner = 0; owner < count; owner += 1) {
    const weight = weights[owner] ?? 1
    const group = groups.get(weight)
    if (group === undefined) groups.set(weight, [owner])
    else group.push(owner)
  }
  const inOrder = [...groups].sort(([a], [b]) => b - a)
  const turns = new Float64Array(inOrder.length)
  const heap = new LoadHeap(inOrder.length)

  return {
    next() {
      const first = heap.first(undefined) ?? 0
      const [weight, owners] = inOrder[first] ?? [1, []]
      turns[first] = (turns[first] ?? 0) + 1
      heap.loads[first] = (turns[first] ?? 0) / weight
      heap.grew(first)
      return owners
    },
  }
}
