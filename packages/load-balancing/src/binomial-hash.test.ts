import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { expectDistribution } from '../test/chi-square.ts'
import { seed, seeded } from '../test/seed.ts'
import { avalanche } from './avalanche.ts'
import { binomialHash } from './binomial-hash.ts'

const hashes = fc.nat(2 ** 32 - 1)

describe(seeded('binomialHash'), () => {
  it('gives a number from 0 to below the count', () => {
    fc.assert(
      fc.property(hashes, fc.integer({ min: 1, max: 2 ** 30 }), (hash, count) => {
        const number = binomialHash(hash, count)
        expect(Number.isInteger(number) && number >= 0 && number < count).toBe(true)
      }),
      { numRuns: 1_000 },
    )
  })

  it('keeps the number of a hash when the count grows, or gives it the new one', () => {
    fc.assert(
      fc.property(hashes, fc.integer({ min: 1, max: 70_000 }), (hash, from) => {
        for (let count = from; count < from + 40; count += 1) {
          const number = binomialHash(hash, count + 1)
          if (number !== count) expect(number).toBe(binomialHash(hash, count))
        }
      }),
      { numRuns: 300 },
    )
  })

  it('takes as many hashes from every number for a new one', () => {
    for (const count of [5, 10, 15]) {
      const lost = Array.from({ length: count }, () => 0)
      for (let step = 0; step < 200_000; step += 1) {
        const hash = avalanche((seed + step) | 0)
        if (binomialHash(hash, count + 1) === count) add(lost, binomialHash(hash, count))
      }
      expectDistribution(
        lost,
        lost.map(() => 1),
      )
    }
  })

  it.each([5, 10, 15, 30])('gives each of %d numbers as many hashes', count => {
    const counts = Array.from({ length: count }, () => 0)
    for (let step = 0; step < 100_000; step += 1) add(counts, binomialHash(avalanche((seed + step) | 0), count))
    expectDistribution(
      counts,
      counts.map(() => 1),
    )
  })
})

const add = (counts: number[], index: number): void => {
  counts[index] = (counts[index] ?? 0) + 1
}
