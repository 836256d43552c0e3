/** How every balancing strategy counts requests in flight. */

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { localInFlight } from '../src/in-flight.ts'
import type { BalancerFactory } from './balancer-capabilities.ts'

const success = { outcome: 'success' } as const
const [a, b] = [{ key: 'a' }, { key: 'b' }]

/** Declares the suite for one strategy. */
export const describeInFlightAccounting = (create: BalancerFactory): void => {
  describe('in-flight accounting', () => {
    it('counts what began and has not ended, whatever the outcome', () => {
      const balancer = create([a, b])
      balancer.started(a)
      balancer.started(a)
      balancer.started(b)
      balancer.finished(a, { outcome: 'aborted' })
      balancer.finished(b, { outcome: 'failure', latencyMs: 3 })
      expect(['a', 'b', 'unknown'].map(key => balancer.inFlight(key))).toEqual([1, 0, 0])
    })

    it('never counts below zero', () => {
      const balancer = create([a])
      balancer.finished(a, success)
      balancer.started(a)
      expect(balancer.inFlight('a')).toBe(1)
    })

    it('lets a request that began on an older generation end on the newer one, and the other way round', () => {
      const older = create([a, b])
      older.started(a)
      const newer = older.withEndpoints([a])
      expect(newer.inFlight('a')).toBe(1)
      older.finished(a, success)
      expect(newer.inFlight('a')).toBe(0)
      newer.started(a)
      expect(older.inFlight('a')).toBe(1)
    })

    it('keeps the count of a removed endpoint until its last request ended, and takes it up when the endpoint returns', () => {
      const first = create([a, b])
      first.started(a)
      first.started(a)
      const without = first.withEndpoints([b])
      expect(without.inFlight('a')).toBe(2)
      first.finished(a, success)
      const again = without.withEndpoints([a, b])
      expect(again.inFlight('a')).toBe(1)
      first.finished(a, success)
      expect(again.inFlight('a')).toBe(0)
    })

    it('counts in the store that it is given, so that the next strategy goes on with the same counts', () => {
      const inFlight = localInFlight()
      create([a], { inFlight }).started(a)
      const next = create([a], { inFlight })
      expect(next.withEndpoints([a, b]).inFlight('a')).toBe(1)
    })

    it('agrees with a plain tally over any mix of reports and membership changes', () => {
      const steps = fc.array(
        fc.oneof(
          fc.record({ kind: fc.constant('report' as const), key: fc.constantFrom('a', 'b', 'c'), began: fc.boolean() }),
          fc.record({ kind: fc.constant('change' as const), keys: fc.subarray(['a', 'b', 'c']) }),
        ),
      )
      fc.assert(
        fc.property(steps, script => {
          const tally = new Map<string, number>()
          let balancer = create([a, b])
          for (const step of script) {
            if (step.kind === 'change') {
              balancer = balancer.withEndpoints(step.keys.map(key => ({ key })))
              continue
            }
            const count = tally.get(step.key) ?? 0
            tally.set(step.key, step.began ? count + 1 : Math.max(0, count - 1))
            if (step.began) balancer.started({ key: step.key })
            else balancer.finished({ key: step.key }, success)
          }
          for (const [key, count] of tally) expect(balancer.inFlight(key)).toBe(count)
        }),
      )
    })
  })
}
