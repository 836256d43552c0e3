import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { localInFlight } from './in-flight.ts'

describe('localInFlight', () => {
  it('counts per key and answers 0 for a key it does not know', () => {
    const inFlight = localInFlight()
    inFlight.started('a')
    inFlight.started('a')
    inFlight.finished('a')
    expect([inFlight.count('a'), inFlight.count('b')]).toEqual([1, 0])
  })

  it('treats the names of object members as ordinary keys', () => {
    const inFlight = localInFlight()
    inFlight.started('__proto__')
    expect([inFlight.count('__proto__'), inFlight.count('constructor')]).toEqual([1, 0])
  })

  it('never falls below zero', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean()), script => {
        const inFlight = localInFlight()
        for (const began of script) {
          if (began) inFlight.started('a')
          else inFlight.finished('a')
          expect(inFlight.count('a')).toBeGreaterThanOrEqual(0)
        }
      }),
    )
  })

  it('does not record a finish that changed nothing', () => {
    const inFlight = localInFlight()
    inFlight.finished('a')
    expect(inFlight.changeCount()).toBe(0)
  })

  it('tells the keys of the last 1,024 changes by ordinal, and of no others', () => {
    const inFlight = localInFlight()
    for (let change = 0; change < 3_000; change += 1) inFlight.started(`k${change}`)
    expect(inFlight.changeCount()).toBe(3_000)
    expect(inFlight.changedKey(2_999)).toBe('k2999')
    expect(inFlight.changedKey(3_000 - 1_024)).toBe('k1976')
    expect(inFlight.changedKey(3_000 - 1_025)).toBeUndefined()
    expect(inFlight.changedKey(3_000)).toBeUndefined()
  })
})
