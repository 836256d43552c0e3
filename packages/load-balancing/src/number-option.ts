/** Checks a number that was given as an option. */

import { LoadBalancingError } from './load-balancing-error.ts'

/** What a number may be. */
export interface NumberRange {
  readonly kind: 'integer' | 'number'
  readonly from: number
  /** Default: no upper bound, but the number is finite. */
  readonly to?: number
}

/**
 * The value when it lies in the range.
 *
 * @throws LoadBalancingError `invalid-option`, naming the option, the value and the range.
 */
export const numberOption = (name: string, value: number, range: NumberRange): number => {
  const isInKind = range.kind === 'integer' ? Number.isSafeInteger(value) : Number.isFinite(value)
  if (isInKind && value >= range.from && value <= (range.to ?? value)) return value
  const noun = range.kind === 'integer' ? 'an integer' : 'a number'
  const bounds = range.to === undefined ? `of at least ${range.from}` : `from ${range.from} to ${range.to}`
  throw new LoadBalancingError('invalid-option', `option "${name}" is ${value}: give ${noun} ${bounds}`)
}
