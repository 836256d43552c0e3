import { describe, expect, it } from 'vitest'
import type { OutlierDetectionSettings } from './outlier-detection-settings.ts'
import { outlierDetector } from './outlier-detector.ts'

/** Reports `requests` requests for each endpoint in one interval; the first ones of each fail in the part given, never in a row. */
const afterOneInterval = (
  failing: readonly number[],
  requests: number,
  settings: Partial<OutlierDetectionSettings> = {},
): readonly string[] => {
  let at = 0
  const detector = outlierDetector({ settings: { consecutive5xx: 0, ...settings }, now: () => at })
  detector.members(failing.map((_, index) => `e${index}`))
  for (const [index, part] of failing.entries()) {
    for (let request = 0; request < requests; request += 1) {
      const status = request < part * requests ? 500 : 200
      detector.report(`e${index}`, { outcome: 'success', status })
    }
  }
  at = 9_999
  if (detector.unhealthy().size > 0) throw new Error('ejected before the interval ended')
  at = 10_000
  return [...detector.unhealthy()]
}

describe('success rates', () => {
  it('eject who is far below the others, when the interval ends', () => {
    expect(afterOneInterval([0.5, 0, 0, 0, 0], 100)).toEqual(['e0'])
  })

  it('eject nobody when all are equally bad', () => {
    expect(afterOneInterval([0.9, 0.9, 0.9, 0.9, 0.9], 100)).toEqual([])
  })

  it('eject nobody with too few requests or too few endpoints', () => {
    expect(afterOneInterval([0.5, 0, 0, 0, 0], 99)).toEqual([])
    expect(afterOneInterval([0.5, 0, 0, 0], 100)).toEqual([])
  })

  it('are not compared when that is turned off', () => {
    expect(afterOneInterval([0.5, 0, 0, 0, 0], 100, { successRateMinimumHosts: 0 })).toEqual([])
  })

  it('eject the worst first when not all may be ejected', () => {
    const failing = [...Array.from({ length: 18 }, () => 0), 0.8, 0.9, 0.7]
    expect(afterOneInterval(failing, 100)).toEqual(['e19', 'e18'])
  })

  it('need no requests of those without any, even if no volume is asked for', () => {
    const settings = { successRateRequestVolume: 0, successRateMinimumHosts: 1 }
    expect(afterOneInterval([0, 0, 0, 0, 0], 0, settings)).toEqual([])
  })

  it('are those of one interval only', () => {
    let at = 0
    const detector = outlierDetector({ settings: { consecutive5xx: 0 }, now: () => at })
    const keys = ['a', 'b', 'c', 'd', 'e']
    detector.members(keys)
    for (let half = 0; half < 2; half += 1) {
      for (const key of keys) {
        for (let request = 0; request < 60; request += 1) {
          detector.report(key, { outcome: 'success', status: key === 'a' ? 500 : 200 })
        }
      }
      at += 10_000
      expect([...detector.unhealthy()]).toEqual([])
    }
  })

  it('eject although another ejection was not over when the last request ended, if it was when the interval did', () => {
    let at = 0
    const settings = {
      baseEjectionMs: 4_000,
      successRateMinimumHosts: 3,
      successRateRequestVolume: 1,
      successRateStdevFactor: 900,
    }
    const detector = outlierDetector({ settings, now: () => at })
    detector.members(['a', 'b', 'c', 'd'])
    for (const [key, status] of [
      ['b', 500],
      ['c', 200],
      ['d', 200],
    ] as const) {
      detector.report(key, { outcome: 'success', status })
    }
    for (let error = 0; error < 5; error += 1) detector.report('a', { outcome: 'failure' })
    at = 10_000
    expect([...detector.unhealthy()]).toEqual(['b'])
  })
})
