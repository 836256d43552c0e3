/** One seed for all properties of a test file: random, shown in the titles, and the same again when it is asked for. */

import fc from 'fast-check'

const seedOf = (text: string | undefined): number => {
  if (text === undefined) return Math.floor(Math.random() * 2 ** 31)
  const given = Number(text)
  if (Number.isInteger(given) && Math.abs(given) < 2 ** 31) return given
  throw new Error(`FC_SEED is "${text}": give the integer that the title of the failed test shows`)
}

/** The seed that fast-check uses in this file. `FC_SEED=<seed>` runs the same cases again. */
export const seed: number = seedOf(process.env['FC_SEED'])

fc.configureGlobal({ ...fc.readConfigureGlobal(), seed })

/** A title that shows the seed, for `describe` or `it`. */
export const seeded = (title: string): string => `${title} (FC_SEED=${seed})`
