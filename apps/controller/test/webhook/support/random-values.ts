import { runSeed, seededRandom } from '../../support/seeded-random.ts'

/** Values drawn at random: `FC_SEED=<seed>`, as the run shows it, draws the same ones again. */
export class RandomValues {
  readonly #random: () => number

  constructor(seed: number = runSeed) {
    this.#random = seededRandom(seed)
  }

  /** In [0, 1). */
  number(): number {
    return this.#random()
  }

  integer(from: number, to: number): number {
    return from + Math.floor(this.#random() * (to - from + 1))
  }

  one<T>(choices: readonly T[]): T {
    const choice = choices[this.integer(0, choices.length - 1)]
    if (choice === undefined) throw new Error('there is nothing to choose from')
    return choice
  }
}
