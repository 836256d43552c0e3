/** Random numbers that are the same again for the same seed. */

/**
 * Numbers from 0 to below 1 in steps of 2⁻³², a sequence of its own for each seed and name of a stream.
 *
 * @see Steele, Lea, Flood, "Fast Splittable Pseudorandom Number Generators", OOPSLA 2014 (a Weyl sequence, mixed)
 */
export function randomNumbers(seed: number, stream: string): () => number {
  let state = seed | 0
  for (const character of stream) state = mixed(Math.imul(state, 31) + (character.codePointAt(0) ?? 0))
  return () => {
    state = (state + 0x9e3779b9) | 0
    return (mixed(state) >>> 0) / 2 ** 32
  }
}

/** Exponentially distributed with mean 1: the time to the next of events that do not know of each other. */
export function exponential(random: () => number): number {
  return -Math.log(1 - random())
}

/** The finalizer of MurmurHash3. */
function mixed(value: number): number {
  let bits = value
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b)
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35)
  return bits ^ (bits >>> 16)
}
