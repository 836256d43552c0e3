import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { seeded } from '../test/seed.ts'
import type { Completion } from './balancer.ts'
import { type OutlierDetectionSettings, outlierDetectionDefaults } from './outlier-detection-settings.ts'
import { type OutlierDetector, outlierDetector } from './outlier-detector.ts'

const answered = (status: number): Completion => ({ outcome: 'success', status })
const failed: Completion = { outcome: 'failure' }
const keys = (count: number): readonly string[] => Array.from({ length: count }, (_, index) => `e${index}`)

/** A detector over `e0`, `e1`, … with a clock that stands still unless it is told to go on. */
const detectorOf = (count: number, settings: Partial<OutlierDetectionSettings> = {}) => {
  let at = 1_000_000
  const detector = outlierDetector({ settings, now: () => at })
  detector.members(keys(count))
  return {
    detector,
    pass: (ms: number): void => {
      at += ms
    },
    report: (key: string, completion: Completion, times = 1): void => {
      for (let time = 0; time < times; time += 1) detector.report(key, completion)
    },
    out: (): readonly string[] => [...detector.unhealthy()],
  }
}

describe(seeded('outlierDetector'), () => {
  it('ejects at the fifth error in a row, and an answer without one begins a new row', () => {
    const { report, out } = detectorOf(10)
    report('e1', answered(500), 4)
    report('e1', answered(200))
    report('e1', answered(500), 4)
    expect(out()).toEqual([])
    report('e1', answered(503))
    expect(out()).toEqual(['e1'])
  })

  it('counts a failure without an answer, or in the middle of one, as a gateway error, and an abort as nothing', () => {
    for (const completion of [failed, { ...failed, status: 200 }, answered(502), answered(504)]) {
      const { report, out } = detectorOf(10, { consecutive5xx: 0, consecutiveGatewayErrors: 3 })
      report('e0', completion, 2)
      report('e0', { outcome: 'aborted' }, 10)
      expect(out()).toEqual([])
      report('e0', completion)
      expect(out()).toEqual(['e0'])
    }
  })

  it('does not eject for gateway errors by default, and a 500 is none of them', () => {
    const off = detectorOf(10, { consecutive5xx: 0 })
    off.report('e0', failed, 1000)
    expect(off.out()).toEqual([])
    const on = detectorOf(10, { consecutive5xx: 0, consecutiveGatewayErrors: 3 })
    for (const status of [503, 503, 500, 503, 503, 404, 503]) on.report('e0', answered(status))
    expect(on.out()).toEqual([])
  })

  it('ejects for the base time, for longer each time, and never for longer than the longest', () => {
    const { report, out, pass, detector } = detectorOf(10)
    for (const seconds of [30, 60, 90, 120, 150, 180, 210, 240, 270, 300, 300, 300]) {
      report('e0', failed, 5)
      pass(seconds * 1000 - 1)
      expect(out()).toEqual(['e0'])
      pass(1)
      expect(out()).toEqual([])
    }
    report('e0', failed, 5)
    expect([detector.ejections, detector.ejected()[0]?.times]).toEqual([13, 11])
  })

  it('takes one ejection off for each interval without one, so that the next is as short again', () => {
    const lengthAfter = (healthyMs: number): number => {
      const { report, pass, detector } = detectorOf(10)
      for (let time = 0; time < 3; time += 1) {
        report('e0', failed, 5)
        pass((time + 1) * 30_000)
      }
      pass(healthyMs)
      report('e0', failed, 5)
      return detector.ejected()[0]?.times ?? 0
    }
    expect([0, 9_999, 10_000, 20_000, 30_000, 3_000_000].map(lengthAfter)).toEqual([4, 4, 3, 2, 1, 1])
  })

  it('ejects at most the percentage allowed, but one always', () => {
    const counts = fc.integer({ min: 1, max: 40 })
    const reports = fc.array(fc.tuple(fc.nat(39), fc.nat(20_000)), { maxLength: 60 })
    fc.assert(
      fc.property(counts, counts, fc.nat(100), reports, (count, nextCount, percent, script) => {
        const { report, out, pass, detector } = detectorOf(count, { maxEjectionPercent: percent })
        const atMost = (size: number): number => Math.max(1, Math.floor((size * percent) / 100))
        for (const [index, ms] of script) {
          report(`e${index}`, failed, 5)
          expect(out().length).toBeLessThanOrEqual(atMost(count))
          pass(ms)
        }
        report('e0', failed, 5)
        expect(out().length).toBeGreaterThanOrEqual(1)
        detector.members(keys(nextCount))
        expect(out().length).toBeLessThanOrEqual(atMost(nextCount))
      }),
    )
  })

  it('looks at an endpoint again that it could not eject because too many were', () => {
    const { report, out, pass } = detectorOf(10)
    report('e0', failed, 5)
    report('e1', failed, 5)
    expect(out()).toEqual(['e0'])
    pass(30_000)
    report('e1', failed, 4)
    expect(out()).toEqual([])
    report('e1', failed)
    expect(out()).toEqual(['e1'])
  })

  it('starts with clean counts after an ejection: what came in the meantime is not held against the endpoint', () => {
    const { report, out, pass } = detectorOf(10)
    report('e0', failed, 9)
    pass(30_000)
    report('e0', failed, 4)
    expect(out()).toEqual([])
  })

  it('forgets both rows of errors at an ejection', () => {
    const { report, out, pass } = detectorOf(10, { consecutive5xx: 3, consecutiveGatewayErrors: 5 })
    report('e0', failed, 3)
    pass(30_000)
    report('e0', failed, 2)
    expect(out()).toEqual([])
  })

  it('lets those go whose time is over first when the set shrinks, and counts their good behaviour from then on', () => {
    const { report, out, pass, detector } = detectorOf(20)
    report('e1', failed, 5)
    pass(5_000)
    report('e0', failed, 5)
    detector.members(keys(10))
    expect(out()).toEqual(['e0'])
    pass(15_000)
    detector.members(keys(20))
    report('e1', failed, 5)
    expect(detector.ejected().map(({ key, times }) => ({ key, times }))).toEqual([
      { key: 'e0', times: 1 },
      { key: 'e1', times: 1 },
    ])
  })

  it('forgets what was not forgiven when the endpoint leaves', () => {
    const { report, pass, detector } = detectorOf(10)
    for (const seconds of [30, 60]) {
      report('e0', failed, 5)
      pass(seconds * 1000)
    }
    detector.members(['e1'])
    detector.members(keys(10))
    report('e0', failed, 5)
    expect(detector.ejected()[0]?.times).toBe(1)
  })

  it('keeps its defaults as Envoy documents them', () => {
    expect(outlierDetectionDefaults).toEqual({
      consecutive5xx: 5,
      consecutiveGatewayErrors: 0,
      intervalMs: 10_000,
      baseEjectionMs: 30_000,
      maxEjectionMs: 300_000,
      maxEjectionPercent: 10,
      successRateMinimumHosts: 5,
      successRateRequestVolume: 100,
      successRateStdevFactor: 1900,
    })
  })

  it.each([
    ['intervalMs', 0],
    ['consecutive5xx', -1],
    ['maxEjectionPercent', 101],
    ['successRateStdevFactor', Number.NaN],
  ] as const)('refuses %s %d by name', (name, value) => {
    const build = (): OutlierDetector => outlierDetector({ settings: { [name]: value }, now: () => 0 })
    expect(build).toThrow(`"${name}" is ${value}`)
  })
})
