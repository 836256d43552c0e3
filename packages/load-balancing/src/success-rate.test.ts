import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import '../test/seed.ts'
import { successRateOutliers } from './success-rate.ts'

const named = (rates: readonly number[]): { key: string; rate: number }[] =>
  rates.map((rate, index) => ({ key: `e${index}`, rate }))

describe('successRateOutliers', () => {
  it("finds the one below 52 % in Envoy's worked example, where the mean is 90 % and the deviation 20 %", () => {
    expect(successRateOutliers(named([0.5, 1, 1, 1, 1]), 1900)).toEqual(['e0'])
    expect(successRateOutliers(named([0.5, 1, 1, 1, 1]), 2001)).toEqual([])
  })

  it('finds the lowest rate first', () => {
    const rates = [...Array.from({ length: 20 }, () => 1), 0.3, 0.1, 0.2]
    expect(successRateOutliers(named(rates), 1900)).toEqual(['e21', 'e22', 'e20'])
  })

  it('finds nobody among equals, whatever the factor', () => {
    const rate = fc.double({ min: 0, max: 1, noNaN: true })
    fc.assert(
      fc.property(rate, fc.integer({ min: 1, max: 50 }), fc.nat(3000), (rate, count, factor) => {
        expect(successRateOutliers(named(Array.from({ length: count }, () => rate)), factor)).toEqual([])
      }),
    )
  })

  it('never finds a majority, for factors of 1 and above', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1 }), rates => {
        expect(successRateOutliers(named(rates), 1000).length).toBeLessThanOrEqual(rates.length / 2)
      }),
    )
  })
})
