import { describe, expect, it } from 'vitest'
import { median, ratio, spread } from './statistics.ts'

describe('statistics', () => {
  it('takes the middle of an odd number of values and the mean of the two middle ones of an even number', () => {
    expect(median([3, 1, 2])).toBe(2)
    expect(median([4, 1, 3, 2])).toBe(2.5)
    expect(median([])).toBeNaN()
  })

  it('sorts by value, not by text', () => {
    expect(median([10, 9, 100])).toBe(10)
  })

  it('gives the least and the greatest value', () => {
    expect(spread([5, 1, 3])).toEqual({ median: 3, min: 1, max: 5 })
  })

  it('compares the medians, and round by round for the spread', () => {
    expect(ratio([2, 40, 6], [1, 20, 2])).toEqual({ ofMedians: 3, min: 2, max: 3 })
  })

  it('gives no ratio to a figure that is not above 0', () => {
    expect(ratio([60, 70, 80], [-12, -11, -10])).toEqual({ ofMedians: Number.NaN, min: Number.NaN, max: Number.NaN })
    expect(ratio([1, 2, 3], [-1, 2, 2])).toEqual({ ofMedians: 1, min: Number.NaN, max: Number.NaN })
  })

  it('pairs only the rounds that both have', () => {
    expect(ratio([2, 4, 6], [2, 2])).toEqual({ ofMedians: 2, min: 1, max: 2 })
  })
})
