import { Counter } from 'prom-client'
import type { Collected, TalliesCollector } from './tallies-collector.ts'

/** One line of a metric. */
export interface Sample {
  readonly labels: Readonly<Record<string, string | number>>
  readonly value: number
}

/** prom-client prints what `get` resolves with; the counts of its own stay empty. */
export class ReadCounter extends Counter {
  readonly #collector: TalliesCollector
  readonly #read: (collected: Collected) => Sample[]

  constructor(
    configuration: ConstructorParameters<typeof Counter>[0],
    collector: TalliesCollector,
    read: (collected: Collected) => Sample[],
  ) {
    super(configuration)
    this.#collector = collector
    this.#read = read
  }

  override async get(): ReturnType<Counter['get']> {
    const description = await super.get()
    return { ...description, values: this.#read(await this.#collector.collect()) }
  }
}
