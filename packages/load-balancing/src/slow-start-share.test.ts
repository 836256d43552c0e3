import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { seeded } from '../test/seed.ts'
import type { Balancer, Endpoint } from './balancer.ts'
import { createBalancer, type StrategyName } from './create-balancer.ts'
import { slowStart, type SlowStartOptions } from './slow-start.ts'

const windowMs = 10_000
const pods = (count: number, weight = 1): Endpoint[] =>
  Array.from({ length: count }, (_, index) => ({ key: `pod-${index}`, weight }))

/** A balancer that `new` joined when it had all but that, at an age of `part` of the window. */
const withNewcomer = (
  strategy: StrategyName,
  old: readonly Endpoint[],
  { part, weight = 1, ...options }: Partial<SlowStartOptions> & { readonly part: number; readonly weight?: number },
): Balancer<Endpoint> => {
  let at = 0
  const now = (): number => at
  const first = slowStart(createBalancer<Endpoint>(strategy, old, { now }), { windowMs, now, ...options })
  const joined = first.withEndpoints([...old, { key: 'new', weight }])
  at = part * windowMs
  return joined
}

/** Part of `count` requests that go to `new` while `open` are in flight at a time. */
const shareOfNew = (balancer: Balancer<Endpoint>, count: number, open: number): number => {
  const running: Endpoint[] = []
  let taken = 0
  for (let request = 0; request < count; request += 1) {
    const result = balancer.pick({})
    if (result.kind === 'none') throw new Error(`nothing was picked: ${result.reason}`)
    if (result.endpoint.key === 'new') taken += 1
    balancer.started(result.endpoint)
    running.push(result.endpoint)
    const done = running.length > open ? running.shift() : undefined
    if (done !== undefined) balancer.finished(done, { outcome: 'success', latencyMs: 10 })
  }
  return taken / count
}

describe(seeded('share of a young endpoint'), () => {
  it('grows with age^(1/aggression), from the minimum, in proportion to its weight', () => {
    const part = fc.double({ min: 0, max: 0.999, noNaN: true })
    const aggression = fc.double({ min: 0.3, max: 3, noNaN: true })
    const minimum = fc.double({ min: 0, max: 1, noNaN: true })
    const weight = fc.integer({ min: 1, max: 5 })
    fc.assert(
      fc.property(
        part,
        aggression,
        minimum,
        fc.tuple(weight, fc.integer({ min: 1, max: 9 })),
        (age, power, least, [w, n]) => {
          const balancer = withNewcomer('round-robin', pods(n, 2), {
            part: age,
            aggression: power,
            minimum: least,
            weight: w,
          })
          const expected = (Math.max(least, age ** (1 / power)) * w) / (w + 2 * n)
          expect(Math.abs(shareOfNew(balancer, 3_000, 0) - expected)).toBeLessThan(0.01)
        },
      ),
      { numRuns: 60 },
    )
  })

  it.each(['round-robin', 'least-conn', 'p2c', 'random'] as const)('grows linearly by default with %s', strategy => {
    for (const part of [0.1, 0.25, 0.5, 0.75]) {
      const share = shareOfNew(withNewcomer(strategy, pods(19), { part }), 40_000, 60)
      expect(share).toBeGreaterThan((0.85 * part) / 20)
      expect(share).toBeLessThan((1.05 * part) / 20)
    }
  })

  it('is no flood even with a strategy that offers it everything because nothing is in flight on it', () => {
    const first = shareOfNew(withNewcomer('least-conn', pods(99), { part: 0 }), 1_000, 1_000)
    expect(first).toBeLessThan(3 / 1_000)
  })

  it('is no flood for who joins while another one is young', () => {
    const now = (): number => 0
    const old = pods(99)
    const first = slowStart(createBalancer<Endpoint>('least-conn', old), { windowMs, now })
    const one = first.withEndpoints([...old, { key: 'earlier', weight: 1 }])
    shareOfNew(one, 5_000, 5_000)
    const both = one.withEndpoints([...one.endpoints, { key: 'new', weight: 1 }])
    expect(shareOfNew(both, 1_000, 1_000)).toBeLessThan(3 / 1_000)
  })

  it('is made up for by eight requests at most after the strategy left the endpoint out', () => {
    const balancer = withNewcomer('least-conn', pods(1), { part: 0.5 })
    for (let request = 0; request < 1_000; request += 1) balancer.started({ key: 'new' })
    expect(shareOfNew(balancer, 900, 0)).toBe(0)
    for (let request = 0; request < 1_000; request += 1) balancer.finished({ key: 'new' }, { outcome: 'success' })
    for (let request = 0; request < 100; request += 1) balancer.started({ key: 'pod-0' })
    expect(20 * shareOfNew(balancer, 20, 20)).toBeLessThanOrEqual(8 + 20 / 4 + 1)
  })

  it('is one of the endpoints that are not excluded', () => {
    const balancer = withNewcomer('round-robin', pods(9), { part: 0.5 })
    const excluded = new Set(pods(5).map(({ key }) => key))
    const picks = Array.from({ length: 2_000 }, () => balancer.pick({ excluded }))
    const taken = picks.filter(result => result.kind === 'picked' && result.endpoint.key === 'new').length
    expect(Math.abs(taken / 2_000 - 0.5 / 5)).toBeLessThan(0.005)
  })

  it('is the same for any random numbers, which decide on the moments only', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 0.999, noNaN: true }), { minLength: 1 }), draws => {
        let drawn = -1
        const random = (): number => {
          drawn += 1
          return draws[drawn % draws.length] ?? 0
        }
        const share = shareOfNew(withNewcomer('round-robin', pods(4), { part: 0.5, random }), 2_000, 0)
        expect(Math.abs(share - 0.1)).toBeLessThan(0.002)
      }),
      { numRuns: 50 },
    )
  })

  it.each(['ring-hash', 'maglev', 'rendezvous'] as const)('is made of hash keys that move once with %s', strategy => {
    const keys = Array.from({ length: 4_000 }, (_, index) => `user-${index}`)
    const parts = [0, 0.1, 0.3, 0.5, 0.7, 0.9, 0.999, 1]
    const owned = parts.map(part => {
      const balancer = withNewcomer(strategy, pods(4), { part })
      return new Map(keys.map(hashKey => [hashKey, balancer.pick({ hashKey })]))
    })
    const sizes = owned.map((owners, index) => {
      const mine = keys.filter(key => keyOf(owners, key) === 'new')
      const later = owned[index + 1]
      for (const key of keys)
        if (later !== undefined && keyOf(later, key) !== 'new') expect(keyOf(later, key)).toBe(keyOf(owners, key))
      for (const key of mine) if (later !== undefined) expect(keyOf(later, key)).toBe('new')
      return mine.length
    })
    const full = sizes.at(-1) ?? 0
    for (const [index, part] of parts.entries()) {
      expect(Math.abs((sizes[index] ?? 0) - Math.max(0.1, part) * full)).toBeLessThan(0.06 * full)
    }
  })
})

const keyOf = (owners: ReadonlyMap<string, ReturnType<Balancer<Endpoint>['pick']>>, hashKey: string): string => {
  const result = owners.get(hashKey)
  return result?.kind === 'picked' ? result.endpoint.key : 'none'
}
