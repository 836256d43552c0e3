/** What every balancing strategy keeps when an endpoint leaves, another one joins and the first one returns. */

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Balancer, Endpoint } from '../src/balancer.ts'
import { type BalancerCapabilities, type BalancerFactory, titleFor } from './balancer-capabilities.ts'

type Weighted = Required<Endpoint>

/** Declares the suite for one strategy. */
export const describeMembershipChanges = (create: BalancerFactory, capabilities: BalancerCapabilities): void => {
  const { goesByLoad, learnsLatency, sharesFairly } = capabilities

  describe('when an endpoint leaves, another one joins and the first one returns', () => {
    const fairTitle = titleFor(sharesFairly, 'starves nobody and floods nobody')
    it.runIf(sharesFairly === true)(fairTitle, () => {
      const weights = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 6, maxLength: 6 })
      fc.assert(
        fc.property(weights, fc.nat(), fc.nat(), (weights, start, user) => {
          const [a, b, c, d, e, joiner] = weights.map((weight, index): Weighted => ({
            key: 'abcdef'.charAt(index),
            weight,
          }))
          const stages = [
            [a, b, c, d, e],
            [a, c, d, e],
            [a, c, d, e, joiner],
            [a, b, c, d, e, joiner],
          ]
          const traffic = trafficOf(user)
          let balancer = create<Weighted>([], { start })
          for (const stage of stages) {
            const endpoints = stage.filter(endpoint => endpoint !== undefined)
            balancer = balancer.withEndpoints(endpoints)
            const cycle = endpoints.reduce((sum, { weight }) => sum + weight, 0)
            const early = traffic(balancer, 20 * cycle)
            const late = traffic(balancer, 150 * cycle)
            for (const { key, weight } of endpoints) {
              expect(early.get(key) ?? 0, `first picks of ${key}`).toBeGreaterThanOrEqual(1)
              expect(early.get(key), `first picks of ${key}`).toBeLessThanOrEqual(60 * weight + openAtMost)
              expect(late.get(key) ?? 0, `share of ${key}`).toBeGreaterThanOrEqual(75 * weight)
              expect(late.get(key), `share of ${key}`).toBeLessThanOrEqual(300 * weight)
            }
          }
        }),
        { numRuns: 20 },
      )
    })

    it('knows what is in flight on the one that returns', () => {
      const { returned, finishAll } = leftBusy(create)
      expect(['a', 'b', 'c', 'd'].map(key => returned.inFlight(key))).toEqual([0, 1000, 0, 0])
      finishAll()
      expect(returned.inFlight('b')).toBe(0)
    })

    const loadTitle = titleFor(goesByLoad, 'avoids the one that returns as long as it is busy, and no longer')
    it.runIf(goesByLoad === true)(loadTitle, () => {
      const { returned, finishAll } = leftBusy(create)
      expect(pickedKeys(returned, 100)).not.toContain('b')
      finishAll()
      expect(pickedKeys(returned, 200)).toContain('b')
    })

    const latencyTitle = titleFor(
      learnsLatency,
      'remembers who is slow while it stays, and not when it left and returned',
    )
    it.runIf(learnsLatency === true)(latencyTitle, () => {
      const first = create(named('abcd'))
      for (const { key } of first.endpoints) answer(first, key, key === 'b' ? 1_000 : 10)
      const joined = first.withEndpoints(named('abd')).withEndpoints(named('abde'))
      expect(pickedKeys(joined, 100)).not.toContain('b')
      expect(pickedKeys(joined, 200)).toContain('e')
      const returned = joined.withEndpoints(named('ade')).withEndpoints(named('abde'))
      expect(pickedKeys(returned, 200)).toContain('b')
      answer(first, 'a', 5_000)
      expect(pickedKeys(returned, 100)).not.toContain('a')
    })
  })
}

const named = (keys: string): readonly Endpoint[] => keys.split('').map(key => ({ key }))

const pickedKeys = (balancer: Balancer<Endpoint>, count: number): readonly string[] =>
  Array.from({ length: count }, (_, pick) => {
    const result = balancer.pick({ hashKey: `user ${pick}` })
    return result.kind === 'picked' ? result.endpoint.key : result.reason
  })

const answer = (balancer: Balancer<Endpoint>, key: string, latencyMs: number): void => {
  balancer.started({ key })
  balancer.finished({ key }, { outcome: 'success', latencyMs })
}

/** How many requests `trafficOf` has in flight. */
const openAtMost = 12

/** Requests of many users, each in flight until twelve others began; they all take 10 ms. Gives the picks by key. */
const trafficOf = (user: number) => {
  const open: Weighted[] = []
  let request = 0
  return (balancer: Balancer<Weighted>, count: number): ReadonlyMap<string, number> => {
    const picks = new Map<string, number>()
    for (let left = count; left > 0; left -= 1) {
      request += 1
      const result = balancer.pick({ hashKey: `${user}/${request}` })
      if (result.kind === 'none') throw new Error(`nothing was picked: ${result.reason}`)
      const { endpoint } = result
      balancer.started(endpoint)
      open.push(endpoint)
      picks.set(endpoint.key, (picks.get(endpoint.key) ?? 0) + 1)
      const ended = open.length > openAtMost ? open.shift() : undefined
      if (ended !== undefined) balancer.finished(ended, { outcome: 'success', latencyMs: 10, status: 200 })
    }
    return picks
  }
}

/** The endpoint b left with 1,000 requests in flight, d joined, and b is there again. */
const leftBusy = (
  create: BalancerFactory,
): { readonly returned: Balancer<Endpoint>; readonly finishAll: () => void } => {
  const first = create(named('abc'))
  for (let request = 0; request < 1000; request += 1) first.started({ key: 'b' })
  const returned = first.withEndpoints(named('ac')).withEndpoints(named('acd')).withEndpoints(named('abcd'))
  const finishAll = (): void => {
    for (let request = 0; request < 1000; request += 1) first.finished({ key: 'b' }, { outcome: 'success' })
  }
  return { returned, finishAll }
}
