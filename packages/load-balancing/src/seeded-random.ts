/** Random numbers that are the same every time, for strategies that are given none. */

/**
 * A generator of numbers from 0 to below 1 in steps of 2⁻³²: the same sequence for the same seed, another one for each
 * non-negative safe integer. Its state is 128 bits; a number costs a few nanoseconds. Not for secrets.
 *
 * @see Chris Doty-Humphrey, PractRand, sfc32 ("small fast counting" generator; public domain), with 12 steps to mix the seed
 */
export const seededRandom = (seed: number): (() => number) => {
  let a = 0
  let b = Math.floor(seed / steps) | 0
  let c = seed | 0
  let counter = 1

  const next = (): number => {
    const drawn = (a + b + counter) | 0
    counter = (counter + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = (((c << 21) | (c >>> 11)) + drawn) | 0
    return (drawn >>> 0) / steps
  }
  for (let step = 0; step < seedSteps; step += 1) next()
  return next
}

const steps = 2 ** 32
// As many as PractRand takes for a seed.
const seedSteps = 12
