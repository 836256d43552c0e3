import fc from 'fast-check'
import { expect, it } from 'vitest'
import '../test/seed.ts'
import { steadyClock } from './steady-clock.ts'

it('goes on by the steps forward of the given clock and stands still for its steps back', () => {
  fc.assert(
    fc.property(fc.integer(), fc.array(fc.integer({ min: -1000, max: 1000 })), (start, steps) => {
      let at = start
      let expected = start
      const time = steadyClock(() => at)
      for (const step of steps) {
        at += step
        expected += Math.max(0, step)
        expect(time()).toBe(expected)
      }
    }),
  )
})
