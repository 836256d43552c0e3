import { runSeed, seededRandom } from '../../cluster/support/seeded-random.ts'

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

  list<T>(most: number, make: () => T): readonly T[] {
    return Array.from({ length: this.integer(0, most) }, make)
  }

  /** Any JSON, with field names of the API more often than others. */
  json(depth: number): unknown {
    const kind = depth === 0 ? this.integer(0, 3) : this.integer(0, 6)
    if (kind === 0) return null
    if (kind === 1) return this.one([0, -1, 80, 1e300, true, false])
    if (kind <= 3)
      return this.one(['', '/', 'a', 'Prefix', 'shop.example', 'ingresskit', '\u0000', 'é', 'x'.repeat(300)])
    if (kind === 4) return this.list(3, () => this.json(depth - 1))
    return Object.fromEntries(this.list(4, () => [this.one(fieldNames), this.json(depth - 1)]))
  }
}

const fieldNames = [
  'rules',
  'http',
  'paths',
  'path',
  'pathType',
  'backend',
  'service',
  'name',
  'port',
  'number',
  'tls',
  'hosts',
  'secretName',
  'defaultBackend',
  'resource',
  'ingressClassName',
  '__proto__',
  'constructor',
]
