/** What one line of the cost table is about. */

/** Something that picks, over so many endpoints. */
export interface CostCase {
  readonly name: string
  readonly group: 'strategy' | 'around' | 'npm'
  readonly endpoints: number
  /** What must be true of its picks before they are timed. */
  readonly expects: Expectation
  /** A new one, in the state of a busy site. */
  prepare(seed: number): Picker
  /** Builds one from nothing; left out where there is nothing to compare. */
  readonly build?: (seed: number) => unknown
  /** Prepares for changes: each call of what is returned makes an endpoint leave or join again, in turns. */
  readonly changes?: (seed: number) => () => unknown
}

/**
 * `turns`: each endpoint equally often, exactly. `lots`: nine of ten endpoints reached, and none picked more than three
 * times the average. `stable`: the same endpoint for the same input, and nine of ten endpoints reached.
 */
export type Expectation = 'turns' | 'lots' | 'stable'

/** What is timed. */
export interface Picker {
  /** Inputs for `pick`, used one after the other, again and again. */
  readonly inputs: readonly string[]
  pick(input: string): unknown
  /** Pick, started, and the end of the attempt that has been in flight for longest. */
  readonly pickAndCount?: (input: string) => unknown
  /** Picks, and says which endpoint it is. */
  pickedKey(input: string): string
  /** Endpoints that must not be picked. */
  readonly avoided?: ReadonlySet<string>
  /** Picks after which `turns` must have come out even; default: the number of endpoints. */
  readonly cycle?: number
}
