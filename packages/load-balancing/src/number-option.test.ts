import { describe, expect, it } from 'vitest'
import { LoadBalancingError } from './load-balancing-error.ts'
import { numberOption, type NumberRange } from './number-option.ts'

describe('numberOption', () => {
  const percent: NumberRange = { kind: 'number', from: 0, to: 100 }
  const count: NumberRange = { kind: 'integer', from: 1 }

  it.each([0, 0.5, 100])('lets %d pass as a percentage', value => {
    expect(numberOption('panicPercent', value, percent)).toBe(value)
  })

  it.each([-0.1, 100.1, Number.NaN, Number.POSITIVE_INFINITY])('refuses %d as a percentage and names it', value => {
    const check = (): unknown => numberOption('panicPercent', value, percent)
    expect(check).toThrow(LoadBalancingError)
    expect(check).toThrow(`option "panicPercent" is ${value}: give a number from 0 to 100`)
  })

  it.each([0, 1.5, Number.POSITIVE_INFINITY])('refuses %d as a count and says what to give', value => {
    expect(() => numberOption('threshold', value, count)).toThrow('give an integer of at least 1')
  })
})
