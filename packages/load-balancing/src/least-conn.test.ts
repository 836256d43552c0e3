import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import '../test/seed.ts'
import type { Balancer, Endpoint } from './balancer.ts'
import { type InFlight, localInFlight } from './in-flight.ts'
import { leastConn } from './least-conn.ts'

const keys = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j']
const success = { outcome: 'success' } as const
const pickedKey = (balancer: Balancer<Endpoint>, excluded?: ReadonlySet<string>): string => {
  const result = balancer.pick(excluded === undefined ? {} : { excluded })
  return result.kind === 'picked' ? result.endpoint.key : 'none'
}

const weights = fc.array(fc.oneof(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 1_000_000 })), {
  minLength: 1,
  maxLength: keys.length,
})
const steps = fc.array(
  fc.record({
    key: fc.constantFrom(...keys),
    change: fc.constantFrom('started', 'finished', 'none'),
    via: fc.constantFrom('older', 'newer'),
    excluded: fc.option(fc.subarray(keys), { nil: undefined }),
  }),
  { maxLength: 80 },
)

const expectLeastLoaded = (inFlightOf: (before: InFlight) => InFlight): void => {
  fc.assert(
    fc.property(weights, weights, steps, (before, after, script) => {
      const set = (all: readonly number[]): readonly Required<Endpoint>[] =>
        all.map((weight, index) => ({ key: keys[index] ?? '', weight }))
      const older = leastConn<Endpoint>(set(before), { inFlight: inFlightOf(localInFlight()) })
      const newer = older.withEndpoints(set(after))
      for (const { key, change, via, excluded } of script) {
        const reporter = via === 'older' ? older : newer
        if (change === 'started') reporter.started({ key })
        if (change === 'finished') reporter.finished({ key }, success)
        const allowed = set(after).filter(endpoint => !excluded?.includes(endpoint.key))
        const lowest = Math.min(...allowed.map(endpoint => newer.inFlight(endpoint.key) / endpoint.weight))
        const picked = pickedKey(newer, excluded && new Set(excluded))
        const weight = allowed.find(endpoint => endpoint.key === picked)?.weight ?? 0
        if (allowed.length === 0) expect(picked).toBe('none')
        else expect(newer.inFlight(picked) / weight).toBe(lowest)
        if (change === 'started') newer.started({ key: picked })
      }
    }),
    { numRuns: 300 },
  )
}

describe('leastConn', () => {
  it('never picks an endpoint with a higher load than another one that is not excluded', () => {
    expectLeastLoaded(inFlight => inFlight)
  })

  it('keeps that promise over counts without a journal', () => {
    expectLeastLoaded(inFlight => ({ ...inFlight, changedKey: () => undefined }))
  })

  it('keeps that promise after more changes than the journal holds', () => {
    const balancer = leastConn<Endpoint>([{ key: 'a' }, { key: 'b' }])
    for (let change = 0; change < 5_000; change += 1) balancer.started({ key: 'a' })
    expect([pickedKey(balancer), pickedKey(balancer)]).toEqual(['b', 'b'])
    for (let change = 0; change < 5_001; change += 1) balancer.started({ key: 'b' })
    expect([pickedKey(balancer), pickedKey(balancer)]).toEqual(['a', 'a'])
  })

  it('takes turns among equally loaded endpoints', () => {
    const balancer = leastConn<Endpoint>(['a', 'b', 'c'].map(key => ({ key })))
    balancer.started({ key: 'b' })
    expect(Array.from({ length: 4 }, () => pickedKey(balancer)).join('')).toBe('acac')
  })

  it('takes turns by weight when nothing is in flight', () => {
    const balancer = leastConn<Endpoint>([
      { key: 'a', weight: 3 },
      { key: 'b', weight: 1 },
    ])
    const picks = Array.from({ length: 400 }, () => pickedKey(balancer))
    expect(Math.abs(picks.filter(key => key === 'a').length - 300)).toBeLessThanOrEqual(1)
  })

  it('keeps requests that never end in proportion to weight', () => {
    const balancer = leastConn<Endpoint>([
      { key: 'a', weight: 3 },
      { key: 'b', weight: 1 },
    ])
    for (let request = 0; request < 400; request += 1) balancer.started({ key: pickedKey(balancer) })
    expect(Math.abs(balancer.inFlight('a') - 300)).toBeLessThanOrEqual(1)
  })

  it('owes no turns to an endpoint that was busy for a long time', () => {
    const balancer = leastConn<Endpoint>(['a', 'b', 'c'].map(key => ({ key })))
    balancer.started({ key: 'c' })
    for (let pick = 0; pick < 100; pick += 1) pickedKey(balancer)
    balancer.finished({ key: 'c' }, success)
    const picks = Array.from({ length: 30 }, () => pickedKey(balancer))
    expect(picks.filter(key => key === 'c').length).toBeLessThanOrEqual(11)
  })

  it('goes on with the rotation after a membership change', () => {
    const balancer = leastConn<Endpoint>(['a', 'b', 'c'].map(key => ({ key })))
    expect(pickedKey(balancer)).toBe('a')
    const next = balancer.withEndpoints(['a', 'b', 'c', 'd'].map(key => ({ key })))
    const picks = Array.from({ length: 4 }, () => pickedKey(next))
    expect([...picks].sort()).toEqual(['a', 'b', 'c', 'd'])
    expect(picks.slice(0, 2)).toEqual(['b', 'c'])
  })
})
