import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { seeded } from '../test/seed.ts'
import { type InFlight, localInFlight } from './in-flight.ts'
import { loadTotals } from './load-totals.ts'
import { sharedInFlight } from './shared-in-flight.ts'
import { sharedInFlightSlots } from './shared-in-flight-slots.ts'

const keys = ['a', 'b', 'c']
const outside = ['z']

/** What two threads see of the same counts, with slots for all but one of the keys. */
const sharedByTwo = (): readonly [InFlight, InFlight] => {
  const slots = sharedInFlightSlots({ threads: 2 })
  const [one, other] = [sharedInFlight(slots.memory, 0), sharedInFlight(slots.memory, 1)]
  const change = slots.assign(['a', 'b', 'z'], { revision: 1, seenByAll: 0 })
  if (change === undefined) throw new Error('keys that are new need slots')
  one.apply(change)
  other.apply(change)
  return [one, other]
}

const reports = fc.record({ key: fc.constantFrom(...keys, ...outside), began: fc.boolean(), byOther: fc.boolean() })

describe(seeded('loadTotals'), () => {
  it.each([
    [
      'counts of one thread',
      (): readonly [InFlight, InFlight] => {
        const counts = localInFlight()
        return [counts, counts]
      },
    ],
    ['shared counts', sharedByTwo],
  ])('agrees with adding up the %s again, whoever changed them', (_, create) => {
    fc.assert(
      fc.property(fc.array(fc.array(reports, { maxLength: 20 }), { maxLength: 8 }), rounds => {
        const [one, other] = create()
        one.started('a')
        const loads = loadTotals(keys, one)
        expect(loads.total()).toBe(1)
        for (const round of rounds) {
          for (const { key, began, byOther } of round) {
            const counts = byOther ? other : one
            if (began) counts.started(key)
            else counts.finished(key)
          }
          loads.update()
          expect(keys.map((_key, index) => loads.count(index))).toEqual(keys.map(key => one.count(key)))
          expect(loads.total()).toBe(keys.reduce((sum, key) => sum + one.count(key), 0))
        }
      }),
    )
  })

  it('reads all counts again when there were more changes than the journal holds', () => {
    const counts = localInFlight()
    const loads = loadTotals(keys, counts)
    for (let change = 0; change < 5_000; change += 1) counts.started(change % 2 === 0 ? 'a' : 'z')
    counts.started('b')
    loads.update()
    expect([loads.total(), loads.count(0), loads.count(1)]).toEqual([2_501, 2_500, 1])
  })

  it('shows the counts of its last update until the next one', () => {
    const counts = localInFlight()
    const loads = loadTotals(keys, counts)
    counts.started('a')
    expect(loads.total()).toBe(0)
    loads.update()
    expect(loads.total()).toBe(1)
  })
})
