import { describe, expect, it, vi } from 'vitest'
import type { Balancer, Endpoint, PickInput } from './balancer.ts'
import { roundRobin } from './round-robin.ts'
import { slowStart, type SlowStartOptions } from './slow-start.ts'

const named = (keys: string): readonly Endpoint[] => Array.from(keys, key => ({ key }))
const keyOf = (balancer: Balancer<Endpoint>, input: PickInput = {}): string => {
  const result = balancer.pick(input)
  return result.kind === 'picked' ? result.endpoint.key : result.reason
}
const picked = (balancer: Balancer<Endpoint>, count: number, input: PickInput = {}): string =>
  Array.from({ length: count }, () => keyOf(balancer, input)).join('')
const share = (picks: string, key: string): number => picks.split(key).length - 1

const starting = (keys: string, options: Partial<SlowStartOptions> = {}) => {
  const clock = { at: 5_000 }
  const balancer = slowStart(roundRobin(named(keys)), { windowMs: 10_000, now: () => clock.at, ...options })
  return { clock, balancer }
}

describe('slowStart', () => {
  it('takes nobody of the first set for young', () => {
    expect(picked(starting('abc').balancer, 300)).toBe('abc'.repeat(100))
  })

  it('gives an endpoint that joins the minimum at first, then more, and its full share after the window', () => {
    const { balancer, clock } = starting('abc')
    const joined = balancer.withEndpoints(named('abcd'))
    const shares = [0, 5_000, 4_999, 1].map(ms => {
      clock.at += ms
      return share(picked(joined, 4_000), 'd')
    })
    expect(shares[0]).toBeGreaterThan(90)
    expect(shares[0]).toBeLessThan(110)
    expect(shares[1]).toBeGreaterThan(490)
    expect(shares[1]).toBeLessThan(510)
    expect(shares[2]).toBeGreaterThan(990)
    expect(shares[3]).toBe(1_000)
  })

  it('slows nobody when all are young, such as all that come to an empty set or those that replace draining ones', () => {
    const toEmpty = starting('').balancer.withEndpoints(named('abc'))
    expect(picked(toEmpty, 300)).toBe('abc'.repeat(100))
    const draining = named('xy').map(({ key }) => ({ key, weight: 0 }))
    const replaced = starting('xy').balancer.withEndpoints([...draining, ...named('abc')])
    expect(picked(replaced, 300)).toBe('abc'.repeat(100))
  })

  it('slows those that join once the first ones of an empty set are grown up', () => {
    const { balancer, clock } = starting('')
    const first = balancer.withEndpoints(named('a'))
    clock.at += 5_000
    const both = first.withEndpoints(named('ab'))
    expect(share(picked(both, 100), 'b')).toBe(50)
    clock.at += 5_000
    expect(share(picked(both, 400), 'b')).toBeLessThan(110)
  })

  it('begins again for an endpoint that leaves and returns, and not for one that stays or goes to weight 0 and back', () => {
    const { balancer, clock } = starting('abc')
    const joined = balancer.withEndpoints(named('abcd'))
    clock.at += 9_000
    const drained = joined.withEndpoints([...named('abc'), { key: 'd', weight: 0 }])
    expect(share(picked(drained, 100), 'd')).toBe(0)
    const again = drained.withEndpoints(named('abcd'))
    expect(share(picked(again, 4_000), 'd')).toBeGreaterThan(880)
    const returned = again.withEndpoints(named('abc')).withEndpoints(named('abcd'))
    expect(share(picked(returned, 4_000), 'd')).toBeLessThan(110)
    clock.at += 10_000
    expect(share(picked(returned, 4_000), 'd')).toBe(1_000)
  })

  it('keeps what a retry excludes excluded, and takes a young endpoint when nobody else is left', () => {
    const { balancer } = starting('abc')
    const joined = balancer.withEndpoints(named('abcde'))
    const retries = picked(joined, 500, { excluded: new Set(['a', 'b']) })
    expect([share(retries, 'a'), share(retries, 'b')]).toEqual([0, 0])
    expect(share(retries, 'c')).toBeGreaterThan(400)
    const last = picked(joined, 100, { excluded: new Set(['a', 'b', 'c']) })
    expect([...new Set(last)].sort()).toEqual(['d', 'e'])
    expect(keyOf(joined, { excluded: new Set('abcde') })).toBe('all-excluded')
  })

  it('does not look at the clock, and passes on the very input, when nobody is young', () => {
    const inner = roundRobin(named('abc'))
    const pick = vi.spyOn(inner, 'pick')
    const now = vi.fn<() => number>(() => 0)
    const balancer = slowStart(inner, { windowMs: 10_000, now })
    const input = { hashKey: 'k' }
    now.mockClear()
    balancer.pick(input)
    expect(pick.mock.lastCall?.[0]).toBe(input)
    const joined = balancer.withEndpoints(named('abcd'))
    now.mockReturnValue(10_000)
    joined.pick({})
    now.mockClear()
    joined.pick({})
    expect(now).not.toHaveBeenCalled()
  })

  it('is not harmed by a clock that jumps back', () => {
    const { balancer, clock } = starting('abc')
    const joined = balancer.withEndpoints(named('abcd'))
    clock.at += 9_000
    joined.pick({})
    clock.at -= 1_000_000
    joined.pick({})
    clock.at += 1_000
    expect(share(picked(joined, 400), 'd')).toBe(100)
  })

  it('is off when the window is 0', () => {
    const { balancer } = starting('abc', { windowMs: 0 })
    expect(share(picked(balancer.withEndpoints(named('abcd')), 400), 'd')).toBe(100)
  })

  it.each([
    ['windowMs', -1],
    ['aggression', 0],
    ['minimum', 1.1],
  ])('refuses %s %d by name', (name, value) => {
    expect(() => starting('a', { [name]: value })).toThrow(`"${name}" is ${value}`)
  })
})
