import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { expectDistribution } from '../test/chi-square.ts'
import { seed, seeded } from '../test/seed.ts'
import { seededRandom } from './seeded-random.ts'

const drawn = (start: number, count: number): readonly number[] => {
  const random = seededRandom(start)
  return Array.from({ length: count }, random)
}

describe(seeded('seededRandom'), () => {
  it('gives the same numbers for the same seed and others for another one, also beyond 32 bits', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), fc.maxSafeNat(), (one, other) => {
        expect(drawn(one, 20)).toEqual(drawn(one, 20))
        if (one !== other) expect(drawn(one, 20)).not.toEqual(drawn(other, 20))
      }),
    )
    expect(drawn(1, 20)).not.toEqual(drawn(1 + 2 ** 32, 20))
  })

  it('gives numbers from 0 to below 1, evenly spread, and so are the first numbers of neighbouring seeds', () => {
    const numbers = drawn(seed, 100_000)
    const firsts = Array.from({ length: 100_000 }, (_, step) => seededRandom(Math.abs(seed) + step)())
    for (const some of [numbers, firsts]) {
      const counts = Array.from({ length: 10 }, () => 0)
      for (const number of some) counts[Math.floor(number * 10)] = (counts[Math.floor(number * 10)] ?? 0) + 1
      expect(counts.reduce((sum, count) => sum + count, 0)).toBe(some.length)
      expectDistribution(
        counts,
        counts.map(() => 1),
      )
    }
  })
})
