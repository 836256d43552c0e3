import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import { seeded } from '../test/seed.ts'
import { avoidUnhealthy, type HealthAwareBalancer } from './avoid-unhealthy.ts'
import type { Balancer, Endpoint, PickInput } from './balancer.ts'
import { healthCheckState } from './health-check-state.ts'
import type { HealthSource } from './health-source.ts'
import { outlierDetector } from './outlier-detector.ts'
import { roundRobin } from './round-robin.ts'

const named = (keys: string): readonly Endpoint[] => Array.from(keys, key => ({ key }))
const picked = (balancer: Balancer<Endpoint>, count: number, input: PickInput = {}): string =>
  Array.from({ length: count }, () => {
    const result = balancer.pick(input)
    return result.kind === 'picked' ? result.endpoint.key : result.reason
  }).join(' ')

/** A source that says what it was told last. */
const toldSource = (): HealthSource & { readonly tell: (keys: string) => void } => {
  let unhealthy: ReadonlySet<string> = new Set()
  return {
    unhealthy: () => unhealthy,
    tell(keys) {
      unhealthy = new Set(keys)
    },
  }
}

const overSources = (keys: string, panicPercent = 50) => {
  const [one, other] = [toldSource(), toldSource()]
  const balancer: HealthAwareBalancer<Endpoint> = avoidUnhealthy(roundRobin(named(keys)), {
    sources: [one, other],
    panicPercent,
  })
  return { one, other, balancer }
}

describe(seeded('avoidUnhealthy'), () => {
  it('avoids whom any source calls unhealthy, and uses it again as soon as none does', () => {
    const { one, other, balancer } = overSources('abcdef')
    one.tell('a')
    other.tell('ab')
    expect(picked(balancer, 4)).toBe('c d e f')
    one.tell('')
    other.tell('f')
    expect(picked(balancer, 5)).toBe('a b c d e')
  })

  it('ignores health when fewer than half are healthy, and not when half are', () => {
    const { one, balancer } = overSources('abcd')
    one.tell('ab')
    expect([balancer.isPanicking(), picked(balancer, 4)]).toEqual([false, 'c d c d'])
    one.tell('abc')
    expect([balancer.isPanicking(), picked(balancer, 4)]).toEqual([true, 'a b c d'])
    one.tell('a')
    expect([balancer.isPanicking(), picked(balancer, 3)]).toEqual([false, 'b c d'])
  })

  it('never panics at 0 %: with nobody healthy there is nobody', () => {
    const { one, balancer } = overSources('ab', 0)
    one.tell('ab')
    expect([balancer.isPanicking(), picked(balancer, 1)]).toEqual([false, 'all-excluded'])
  })

  it('picks whoever is neither unhealthy nor tried, and nobody else, unless it panics', () => {
    const keys = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']
    const some = fc.subarray([...keys, 'elsewhere'])
    const weights = fc.array(fc.nat(2), { minLength: 8, maxLength: 8 })
    fc.assert(
      fc.property(some, some, some, fc.record({ weights, percent: fc.nat(100) }), (first, second, tried, set) => {
        const endpoints = keys.map((key, index) => ({ key, weight: set.weights[index] ?? 0 }))
        const sources = [first, second].map(keys => ({ unhealthy: () => new Set(keys) }))
        const balancer = avoidUnhealthy(roundRobin<Endpoint>(endpoints), { sources, panicPercent: set.percent })

        const pickable = endpoints.filter(({ weight }) => weight > 0).map(({ key }) => key)
        const healthy = pickable.filter(key => !first.includes(key) && !second.includes(key))
        const isPanic = healthy.length * 100 < set.percent * pickable.length
        const left = (isPanic ? pickable : healthy).filter(key => !tried.includes(key))
        expect(balancer.isPanicking()).toBe(isPanic)
        const seen = new Set(picked(balancer, 16, { excluded: new Set(tried) }).split(' '))
        expect([...seen].sort()).toEqual(left.length === 0 ? ['all-excluded'] : left)
      }),
    )
  })

  it('does not send a retry to an unhealthy endpoint when all healthy ones were tried', () => {
    const { one, balancer } = overSources('abc')
    one.tell('a')
    expect(picked(balancer, 1, { excluded: new Set(['b', 'c']) })).toBe('all-excluded')
  })

  it('excludes unhealthy endpoints of weight 0 too, which sessions may use, but does not count them for the panic', () => {
    const inner = roundRobin<Endpoint>([{ key: 'a' }, { key: 'b', weight: 0 }, { key: 'c', weight: 0 }])
    const pick = vi.spyOn(inner, 'pick')
    const source = toldSource()
    source.tell('bc')
    const balancer = avoidUnhealthy(inner, { sources: [source] })
    expect([balancer.isPanicking(), picked(balancer, 1)]).toEqual([false, 'a'])
    expect(pick.mock.lastCall?.[0].excluded).toEqual(new Set(['b', 'c']))
  })

  it('hands the same exclusions to every pick while no source changes, and the very input when there are none', () => {
    const inner = roundRobin(named('abcd'))
    const pick = vi.spyOn(inner, 'pick')
    const source = toldSource()
    const balancer = avoidUnhealthy(inner, { sources: [source] })
    const input = { hashKey: 'k' }
    balancer.pick(input)
    expect(pick.mock.lastCall?.[0]).toBe(input)
    source.tell('a')
    balancer.pick(input)
    const excluded = pick.mock.lastCall?.[0].excluded
    balancer.pick({ excluded: new Set() })
    expect(excluded).toEqual(new Set(['a']))
    expect(pick.mock.lastCall?.[0].excluded).toBe(excluded)
  })

  it('tells the detector how attempts end, whichever generation they began on, and follows it', () => {
    let at = 0
    const detector = outlierDetector({ now: () => at })
    const first = avoidUnhealthy(roundRobin(named('abc')), { sources: [detector], detector })
    const next = first.withEndpoints(named('abcd'))
    for (let attempt = 0; attempt < 5; attempt += 1) {
      const reporter = attempt % 2 === 0 ? first : next
      reporter.started({ key: 'a' })
      reporter.finished({ key: 'a' }, { outcome: 'failure' })
    }
    expect(new Set(picked(next, 12).split(' '))).toEqual(new Set('bcd'))
    expect(next.inFlight('a')).toBe(0)
    at = 30_000
    expect(new Set(picked(next, 12).split(' '))).toEqual(new Set('abcd'))
  })

  it('tells its sources who is there, so that they remember who stays and forget who left', () => {
    const checks = healthCheckState({ healthyThreshold: 1, unhealthyThreshold: 1 })
    let balancer = avoidUnhealthy(roundRobin(named('abcd')), { sources: [checks] })
    checks.report('a', 'failed')
    checks.report('b', 'failed')
    expect(picked(balancer, 2)).toBe('c d')
    balancer = balancer.withEndpoints(named('acd'))
    expect(picked(balancer, 4)).not.toContain('a')
    balancer = balancer.withEndpoints(named('abcd'))
    expect(new Set(picked(balancer, 12).split(' '))).toEqual(new Set('bcd'))
  })

  it('does not tell its sources of endpoints that are refused', () => {
    const members = vi.fn<(keys: readonly string[]) => void>()
    const source = { ...toldSource(), members }
    const balancer = avoidUnhealthy(roundRobin(named('ab')), { sources: [source] })
    expect(() => balancer.withEndpoints([{ key: 'c', weight: -1 }])).toThrow('"c"')
    expect(members.mock.calls).toEqual([[['a', 'b']]])
  })

  it('refuses a panic threshold that is no percentage', () => {
    expect(() => overSources('a', 101)).toThrow('"panicPercent" is 101')
  })
})
