import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import '../test/seed.ts'
import { type InFlight, localInFlight } from './in-flight.ts'

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

  it('reads by index what it counts by key, however many other keys come and go', () => {
    const steps = fc.array(
      fc.oneof(
        { weight: 8, arbitrary: fc.record({ key: fc.constantFrom('a', 'b', 'c'), began: fc.boolean() }) },
        { weight: 1, arbitrary: fc.record({ passers: fc.integer({ min: 1, max: 3_000 }) }) },
      ),
    )
    fc.assert(
      fc.property(steps, script => {
        const inFlight = localInFlight()
        const keys = ['a', 'b', 'c']
        const early = inFlight.reader(keys)
        for (const [step, change] of script.entries()) {
          if ('passers' in change) passing(inFlight, `${step}`, change.passers)
          else if (change.began) inFlight.started(change.key)
          else inFlight.finished(change.key)
          const counts = keys.map(key => inFlight.count(key))
          for (const read of [early, inFlight.reader(keys)]) expect(keys.map((_, index) => read(index))).toEqual(counts)
        }
      }),
      { numRuns: 60 },
    )
  })

  it('keeps the counts of those in flight while thousands of others come and go', () => {
    const inFlight = localInFlight()
    for (let request = 0; request < 2_000; request += 1) inFlight.started(`busy ${request}`)
    passing(inFlight, 'other', 20_000)
    for (let request = 0; request < 2_000; request += 1) expect(inFlight.count(`busy ${request}`)).toBe(1)
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

/** Requests that begin and end, each on a key of its own. */
const passing = (inFlight: InFlight, name: string, count: number): void => {
  for (let request = 0; request < count; request += 1) {
    inFlight.started(`${name}/${request}`)
    inFlight.finished(`${name}/${request}`)
  }
}
