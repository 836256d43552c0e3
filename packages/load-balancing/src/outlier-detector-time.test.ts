import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { seeded } from '../test/seed.ts'
import { type OutlierDetector, outlierDetector } from './outlier-detector.ts'

const all = ['a', 'b', 'c', 'd', 'e', 'f']
const fail = (detector: OutlierDetector, key: string, times = 5): void => {
  for (let time = 0; time < times; time += 1) detector.report(key, { outcome: 'failure' })
}

describe(seeded('outlierDetector, over time'), () => {
  it('does in the next call what timers would have done, however long that takes', () => {
    const settings = {
      baseEjectionMs: 4_000,
      maxEjectionPercent: 34,
      successRateMinimumHosts: 2,
      successRateRequestVolume: 1,
      successRateStdevFactor: 900,
    }
    const steps = fc.array(
      fc.record({
        ms: fc.oneof(fc.nat(3_000), fc.nat(3_000), fc.nat(30_000)),
        key: fc.constantFrom(...all),
        status: fc.constantFrom(200, 500),
        times: fc.nat(6),
      }),
      { maxLength: 60 },
    )
    fc.assert(
      fc.property(steps, fc.nat(100_000), (script, restMs) => {
        let at = 0
        const [eager, lazy] = [0, 1].map(() => outlierDetector({ settings, now: () => at }))
        if (eager === undefined || lazy === undefined) throw new Error('two detectors were built')
        for (const detector of [eager, lazy]) detector.members(all)
        const wait = (ms: number): void => {
          for (const end = at + ms; at < end; at = Math.min(end, at + 100)) eager.unhealthy()
        }
        for (const { ms, key, status, times } of script) {
          wait(ms)
          for (const detector of [eager, lazy]) {
            for (let time = 0; time < times; time += 1) detector.report(key, { outcome: 'success', status })
          }
        }
        wait(restMs)
        expect(lazy.ejected()).toEqual(eager.ejected())
        expect(lazy.ejections).toBe(eager.ejections)
        for (const detector of [eager, lazy]) fail(detector, 'a')
        expect(lazy.ejected()).toEqual(eager.ejected())
      }),
      { numRuns: 60 },
    )
  })

  it('gives the same set while nothing changes, and never changes one that it gave', () => {
    let at = 0
    const detector = outlierDetector({ now: () => at })
    detector.members(all)
    const none = detector.unhealthy()
    fail(detector, 'a', 4)
    at = 25_000
    expect(detector.unhealthy()).toBe(none)
    fail(detector, 'a', 1)
    const one = detector.unhealthy()
    detector.members([...all, 'g'])
    expect(detector.unhealthy()).toBe(one)
    at = 55_000
    expect([[...none], [...one], [...detector.unhealthy()]]).toEqual([[], ['a'], []])
  })

  it('is not harmed by a clock that jumps back: an ejection lasts as long as it should, and says so in that clock', () => {
    let at = 1_000_000
    const detector = outlierDetector({ now: () => at })
    detector.members(all)
    fail(detector, 'a')
    at += 10_000
    detector.unhealthy()
    at -= 900_000
    expect(detector.ejected()).toEqual([{ key: 'a', untilMs: at + 20_000, times: 1 }])
    at += 19_999
    expect([...detector.unhealthy()]).toEqual(['a'])
    at += 1
    expect([...detector.unhealthy()]).toEqual([])
  })

  it('keeps an ejection when the endpoint leaves and returns before it is over, and forgets it otherwise', () => {
    let at = 0
    const detector = outlierDetector({ now: () => at })
    detector.members(all)
    fail(detector, 'a')
    at = 10_000
    detector.members(['b', 'c'])
    expect([[...detector.unhealthy()], detector.ejected()]).toEqual([[], []])
    at = 29_999
    detector.members(all)
    expect(detector.ejected()).toEqual([{ key: 'a', untilMs: 30_000, times: 1 }])
    detector.members(['b', 'c'])
    at = 30_000
    detector.members(all)
    expect([...detector.unhealthy()]).toEqual([])
    fail(detector, 'a')
    expect(detector.ejected()).toEqual([{ key: 'a', untilMs: 60_000, times: 1 }])
  })

  it('forgets the row of errors of an endpoint that leaves and keeps that of one that stays', () => {
    const detector = outlierDetector({ now: () => 0 })
    detector.members(['a', 'b'])
    fail(detector, 'a', 4)
    fail(detector, 'b', 4)
    detector.members(['b'])
    fail(detector, 'a', 9)
    detector.members(['a', 'b'])
    fail(detector, 'a', 4)
    expect([...detector.unhealthy()]).toEqual([])
    fail(detector, 'b', 1)
    expect([...detector.unhealthy()]).toEqual(['b'])
  })

  it('remembers a bounded number of ejected endpoints that left, the last ones', () => {
    const detector = outlierDetector({ settings: { maxEjectionPercent: 100 }, now: () => 0 })
    const many = Array.from({ length: 1500 }, (_, index) => `pod-${index}`)
    for (const key of many) {
      detector.members([key])
      fail(detector, key)
    }
    detector.members([])
    detector.members(many)
    expect([...detector.unhealthy()]).toEqual(many.slice(-1024))
  })
})
