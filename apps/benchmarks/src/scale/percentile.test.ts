import { expect, it } from 'vitest'
import { percentile } from './percentile.ts'

it('is the least value that so many are not above', () => {
  const values = Array.from({ length: 100 }, (_, at) => 100 - at)
  expect([0, 0.01, 0.5, 0.99, 1].map(share => percentile(values, share))).toEqual([1, 1, 50, 99, 100])
  expect(percentile([7], 0.5)).toBe(7)
})

it('is not a number for no values', () => {
  expect(percentile([], 0.5)).toBeNaN()
})
