import { expect, it } from 'vitest'
import { exponential, randomNumbers } from './random-numbers.ts'

const draws = (count: number, next: () => number): number[] => Array.from({ length: count }, next)

it('gives the same numbers for the same seed and stream, and others for another one', () => {
  const first = draws(5, randomNumbers(1, 'keys'))
  expect(draws(5, randomNumbers(1, 'keys'))).toEqual(first)
  expect(draws(5, randomNumbers(2, 'keys'))).not.toEqual(first)
  expect(draws(5, randomNumbers(1, 'work'))).not.toEqual(first)
})

it('is uniform: every tenth of the range has a tenth of the numbers', () => {
  const counts = Array.from({ length: 10 }, () => 0)
  for (const value of draws(100_000, randomNumbers(1, 'uniform'))) {
    const tenth = Math.floor(value * 10)
    counts[tenth] = (counts[tenth] ?? 0) + 1
  }
  for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(400)
})

it('makes exponential numbers with mean 1 and variance 1', () => {
  const random = randomNumbers(1, 'exponential')
  const values = draws(200_000, () => exponential(random))
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length
  expect(mean).toBeCloseTo(1, 1)
  expect(variance).toBeCloseTo(1, 1)
})
