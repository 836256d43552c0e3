/** The behaviour that every balancing strategy keeps. */

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Endpoint, PickInput } from '../src/balancer.ts'
import { LoadBalancingError } from '../src/load-balancing-error.ts'
import { type BalancerCapabilities, type BalancerFactory, titleFor } from './balancer-capabilities.ts'
import { describeInFlightAccounting } from './in-flight-contract.ts'
import { describeMembershipChanges } from './membership-contract.ts'
import { seeded } from './seed.ts'

export type { BalancerCapabilities, BalancerFactory } from './balancer-capabilities.ts'

/** Declares the suite for one strategy. */
export const describeBalancer = (name: string, create: BalancerFactory, capabilities: BalancerCapabilities): void => {
  const { honoursStart, reachesAll } = capabilities
  describe(seeded(`${name} keeps the balancer contract`), () => {
    it('answers no-endpoints for the empty set', () => {
      expect(create([]).pick({})).toEqual({ kind: 'none', reason: 'no-endpoints' })
      expect(create([]).pick({ hashKey: 'k', excluded: new Set(['a']) })).toEqual({
        kind: 'none',
        reason: 'no-endpoints',
      })
    })

    it('answers all-excluded when every endpoint is excluded or has weight 0', () => {
      const all = { kind: 'none', reason: 'all-excluded' }
      const drained = create([{ key: 'a' }, { key: 'b', weight: 0 }])
      for (const hashKey of [{}, { hashKey: 'k' }]) {
        expect(drained.pick({ ...hashKey, excluded: new Set(['a']) })).toEqual(all)
        expect(create([{ key: 'a', weight: 0 }]).pick(hashKey)).toEqual(all)
        expect(create([{ key: 'a' }]).pick({ ...hashKey, excluded: new Set(['a', 'z']) })).toEqual(all)
      }
    })

    it('picks from the set only, never an excluded endpoint or one of weight 0, and always finds one that is left', () => {
      fc.assert(
        fc.property(endpointSets, fc.array(inputs, { maxLength: 30 }), (endpoints, requests) => {
          const balancer = create(endpoints)
          for (const input of requests) {
            const allowed = endpoints.filter(({ key, weight }) => weight > 0 && !input.excluded?.has(key))
            const result = balancer.pick(input)
            if (result.kind === 'none') expect(allowed).toEqual([])
            else expect(allowed).toContain(result.endpoint)
          }
        }),
      )
    })

    it('says where the picked endpoint is in its endpoints, also in the next set', () => {
      fc.assert(
        fc.property(fc.array(endpointSets, { minLength: 1, maxLength: 3 }), fc.array(inputs), (sets, requests) => {
          let balancer = create<Endpoint>([], { start: 1 })
          for (const endpoints of sets) {
            balancer = balancer.withEndpoints(endpoints)
            for (const input of requests) {
              const result = balancer.pick(input)
              if (result.kind === 'picked') expect(balancer.endpoints[result.position ?? -1]).toBe(result.endpoint)
            }
          }
        }),
      )
    })

    it('picks the same sequence for the same inputs', () => {
      fc.assert(
        fc.property(endpointSets, fc.array(inputs, { maxLength: 30 }), (endpoints, requests) => {
          const [one, other] = [create(endpoints), create(endpoints)]
          for (const input of requests) expect(one.pick(input)).toEqual(other.pick(input))
        }),
      )
    })

    it('keeps the first of two endpoints with the same key', () => {
      const balancer = create([
        { key: 'a', zone: 1 },
        { key: 'a', zone: 2 },
      ])
      expect(balancer.endpoints).toEqual([{ key: 'a', zone: 1 }])
      expect(balancer.pick({})).toMatchObject({ kind: 'picked', endpoint: { key: 'a', zone: 1 } })
    })

    it('leaves its inputs alone and shows the array it was given', () => {
      const endpoints = Object.freeze(['c', 'a', 'b'].map(key => Object.freeze({ key })))
      const balancer = create(endpoints)
      balancer.pick(Object.freeze({ hashKey: 'k', excluded: new Set(['a']) }))
      expect(balancer.endpoints).toBe(endpoints)
      expect(balancer.withEndpoints(endpoints).endpoints).toBe(endpoints)
    })

    it.each([-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 1_000_001])('refuses weight %d by name', weight => {
      const build = (): unknown => create([{ key: 'fine' }, { key: '10.0.0.7:80', weight }])
      expect(build).toThrow(LoadBalancingError)
      expect(build).toThrow(`"10.0.0.7:80" is ${weight}`)
      expect(() => create<Endpoint>([{ key: 'fine' }]).withEndpoints([{ key: 'bad', weight }])).toThrow('"bad"')
    })

    it.each([-1, 0.5, Number.NaN])('refuses start offset %d', start => {
      expect(() => create([{ key: 'a' }], { start })).toThrow('option "start"')
    })

    const startTitle = titleFor(honoursStart, 'begins at the start offset, counted modulo the size of the set')
    it.runIf(honoursStart === true)(startTitle, () => {
      const endpoints = ['a', 'b', 'c'].map(key => ({ key }))
      const firsts = [0, 1, 2, 3, 4].map(start => create(endpoints, { start }).pick({}))
      expect(firsts.map(first => first.kind === 'picked' && first.endpoint.key)).toEqual(['a', 'b', 'c', 'a', 'b'])
    })

    const reachTitle = titleFor(reachesAll, 'reaches every endpoint within two cycles after any membership change')
    it.runIf(reachesAll === true)(reachTitle, () => {
      fc.assert(
        fc.property(endpointSets, endpointSets, fc.nat(40), (before, after, warmUp) => {
          const first = create(before)
          for (let pick = 0; pick < warmUp; pick += 1) first.pick({})
          const next = first.withEndpoints(after)
          const cycle = after.reduce((sum, { weight }) => sum + weight, 0)
          const reached = new Set<string>()
          for (let pick = 0; pick < 2 * cycle; pick += 1) {
            const result = next.pick({})
            if (result.kind === 'picked') reached.add(result.endpoint.key)
          }
          expect([...reached].sort()).toEqual(
            after
              .filter(({ weight }) => weight > 0)
              .map(({ key }) => key)
              .sort(),
          )
        }),
      )
    })

    describeInFlightAccounting(create)
    describeMembershipChanges(create, capabilities)
  })
}

const keys = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']
const endpointSets = fc.uniqueArray(fc.record({ key: fc.constantFrom(...keys), weight: fc.nat(6) }), {
  selector: endpoint => endpoint.key,
})
const inputs: fc.Arbitrary<PickInput> = fc.record(
  { hashKey: fc.string(), excluded: fc.subarray(keys).map(some => new Set(some)) },
  { requiredKeys: [] },
)
