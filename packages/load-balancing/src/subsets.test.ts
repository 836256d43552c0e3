import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { seeded } from '../test/seed.ts'
import type { Balancer, Completion, Endpoint, Picked, PickResult } from './balancer.ts'
import type { BalancerOptions } from './balancer-options.ts'
import { leastConn } from './least-conn.ts'
import { roundRobin } from './round-robin.ts'
import { subsets } from './subsets.ts'

const named = (keys: string): readonly Endpoint[] => keys.split('').map(key => ({ key }))
const hashKeys = Array.from({ length: 300 }, (_, index) => `user-${index}`)

/** The subset of a hash key: what eight picks for it give. */
const subsetOf = (balancer: Balancer<Endpoint>, hashKey: string, excluded: ReadonlySet<string> = new Set()): string => {
  const keys = new Set<string>()
  for (let pick = 0; pick < 8; pick += 1) {
    const result = balancer.pick({ hashKey, excluded })
    keys.add(result.kind === 'picked' ? result.endpoint.key : result.reason)
  }
  return [...keys].sort().join('')
}

describe(seeded('subsets'), () => {
  it('divides the endpoints in the order of their keys and fills the last subset up with the first ones', () => {
    const balancer = subsets(named('gfedcba'), { strategy: roundRobin })
    expect(new Set(hashKeys.map(key => subsetOf(balancer, key)))).toEqual(new Set(['abc', 'def', 'abg']))
  })

  it('is one subset when there are fewer endpoints than a subset has', () => {
    expect(subsetOf(subsets(named('ba'), { size: 5, strategy: roundRobin }), 'k')).toBe('ab')
  })

  it('takes no place in a subset for endpoints of weight 0', () => {
    const endpoints = [{ key: 'a', weight: 0 }, ...named('bcd')]
    const balancer = subsets<Endpoint>(endpoints, { size: 3, strategy: roundRobin })
    expect(new Set(hashKeys.map(key => subsetOf(balancer, key)))).toEqual(new Set(['bcd']))
    expect(balancer.endpoints).toBe(endpoints)
  })

  it('gives a key the same subset each time, in any order of the set, also after the endpoints left and returned', () => {
    const sets = fc.uniqueArray(fc.constantFrom(...'abcdefghijk'.split('')), { minLength: 1 })
    fc.assert(
      fc.property(sets, sets, fc.integer({ min: 1, max: 4 }), fc.string(), (keys, others, size, hashKey) => {
        const build = (list: readonly string[]): Balancer<Endpoint> =>
          subsets(named(list.join('')), { size, strategy: roundRobin })
        const balancer = build(keys)
        const subset = subsetOf(balancer, hashKey)
        expect(subset.length).toBe(Math.min(size, keys.length))
        expect(subsetOf(build(keys.toReversed()), hashKey)).toBe(subset)
        const again = balancer.withEndpoints(named(others.join(''))).withEndpoints(named(keys.join('')))
        expect(subsetOf(again, hashKey)).toBe(subset)
      }),
    )
  })

  it('spreads keys evenly over the subsets', () => {
    const balancer = subsets(named('abcdefghijkl'), { strategy: roundRobin })
    const counts = new Map<string, number>()
    for (let index = 0; index < 4_000; index += 1) {
      const subset = subsetOf(balancer, `session/${index}`)
      counts.set(subset, (counts.get(subset) ?? 0) + 1)
    }
    expect([...counts.keys()].sort()).toEqual(['abc', 'def', 'ghi', 'jkl'])
    for (const count of counts.values()) expect(Math.abs(count - 1_000)).toBeLessThan(100)
  })

  it('goes on to the next subset when all endpoints of one are excluded', () => {
    const balancer = subsets(named('abcdefghi'), { strategy: roundRobin })
    const next = new Map([
      ['abc', 'def'],
      ['def', 'ghi'],
      ['ghi', 'abc'],
    ])
    for (const key of hashKeys) {
      const home = subsetOf(balancer, key)
      expect(subsetOf(balancer, key, new Set(home))).toBe(next.get(home))
      expect(subsetOf(balancer, key, new Set(home.split('').slice(1)))).toBe(home.charAt(0))
    }
  })

  it('moves keys only to the subset that is new, about its share', () => {
    const before = subsets(named('abcdefghi'), { strategy: roundRobin })
    const after = before.withEndpoints(named('abcdefghijkl'))
    const now = hashKeys.map(key => subsetOf(after, key))
    const moved = now.filter((subset, index) => subset !== subsetOf(before, hashKeys[index] ?? ''))
    expect(new Set(moved)).toEqual(new Set(['jkl']))
    expect(Math.abs(moved.length / hashKeys.length - 0.25)).toBeLessThan(0.08)
  })

  it('changes at most one member of each subset when an endpoint leaves', () => {
    const before = subsets(named('abcdefghijkl'), { strategy: roundRobin })
    const after = before.withEndpoints(named('abcdfghijkl'))
    const changes = new Map(hashKeys.map(key => [subsetOf(before, key), subsetOf(after, key)]))
    expect(changes).toEqual(
      new Map([
        ['abc', 'abc'],
        ['def', 'dfg'],
        ['ghi', 'hij'],
        ['jkl', 'akl'],
      ]),
    )
  })

  it('passes on what a strategy says of a session, and takes one that says no position', () => {
    const strategy =
      (says: Partial<Picked<Endpoint>>) =>
      (endpoints: readonly Endpoint[]): Balancer<Endpoint> => {
        const balancer = roundRobin(endpoints)
        const [endpoint = { key: '' }] = endpoints
        return { ...balancer, pick: () => ({ kind: 'picked', endpoint, ...says }) }
      }
    const pickOf = (says: Partial<Picked<Endpoint>>): PickResult<Endpoint> =>
      subsets(named('-a'), { size: 1, strategy: strategy(says) }).pick({ hashKey: 'k' })
    const plain = pickOf({})
    const key = plain.kind === 'picked' ? plain.endpoint.key : 'none'
    expect(plain).toEqual({ kind: 'picked', endpoint: { key } })
    const position = '-a'.indexOf(key)
    expect(pickOf({ position: 0, session: 's' })).toEqual({ kind: 'picked', endpoint: { key }, position, session: 's' })
  })

  it('keeps the load of the endpoints known to the strategy inside', () => {
    const balancer = subsets(named('abcd'), { size: 2, strategy: leastConn })
    for (const key of ['a', 'c', 'c']) balancer.started({ key })
    const next = balancer.withEndpoints(named('abcd'))
    const picks = new Set(
      hashKeys.map(hashKey => next.pick({ hashKey })).map(one => one.kind === 'picked' && one.endpoint.key),
    )
    expect(picks).toEqual(new Set(['b', 'd']))
  })

  it('goes on with the balancers inside, and tells each one of the requests of its endpoints, counted once', () => {
    const told: string[] = []
    let built = 0
    const recording = (endpoints: readonly Endpoint[], options: BalancerOptions): Balancer<Endpoint> => {
      built += 1
      return telling(roundRobin(endpoints, options), told)
    }
    const first = subsets(named('abc'), { size: 2, strategy: recording })
    const balancer = first.withEndpoints(named('abc'))
    expect(built).toBe(2)
    balancer.started({ key: 'a' })
    balancer.connected({ key: 'a' })
    balancer.finished({ key: 'b' }, { outcome: 'aborted' })
    expect(told).toEqual(['ab started a', 'ca started a', 'ab connected a', 'ca connected a', 'ab finished b'])
    expect([balancer.inFlight('a'), balancer.inFlight('b')]).toEqual([1, 0])
  })

  it.each([0, -1, 1.5, Number.NaN])('refuses size %d and says what to give', size => {
    expect(() => subsets(named('a'), { size, strategy: roundRobin })).toThrow(
      `option "size" is ${size}: give an integer`,
    )
  })
})

/** The balancer, writing down what it is told. */
const telling = (balancer: Balancer<Endpoint>, told: string[]): Balancer<Endpoint> => {
  const note = (what: string, key: string): void => {
    told.push(`${balancer.endpoints.map(endpoint => endpoint.key).join('')} ${what} ${key}`)
  }
  return {
    ...balancer,
    started: ({ key }) => note('started', key),
    connected: ({ key }) => note('connected', key),
    finished: ({ key }, _completion: Completion) => note('finished', key),
    withEndpoints: next => telling(balancer.withEndpoints(next), told),
  }
}
