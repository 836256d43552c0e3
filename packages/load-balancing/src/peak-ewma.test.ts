import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { seeded } from '../test/seed.ts'
import type { Balancer, Completion, Endpoint } from './balancer.ts'
import { peakEwma } from './peak-ewma.ts'

type Answer = Completion & { readonly afterMs: number }

const named = (count: number): readonly Endpoint[] =>
  Array.from({ length: count }, (_, index) => ({ key: `e${index}` }))
const ok = (latencyMs: number): Answer => ({ outcome: 'success', latencyMs, afterMs: latencyMs })

const pickedKey = (balancer: Balancer<Endpoint>): string => {
  const result = balancer.pick({})
  return result.kind === 'picked' ? result.endpoint.key : 'none'
}

interface Traffic {
  readonly start: number
  /** Requests that are in flight at any time; when one ends, the next one begins. */
  readonly concurrency: number
  readonly requests: number
  readonly answerOf: (key: string) => Answer
}

/** Share of the picks by key, on a clock that goes from answer to answer. */
const simulate = (endpoints: readonly Endpoint[], traffic: Traffic): ReadonlyMap<string, number> => {
  let nowMs = 0
  const balancer = peakEwma<Endpoint>(endpoints, { start: traffic.start, now: () => nowMs })
  const shares = new Map<string, number>()
  const open: { readonly key: string; readonly endsMs: number }[] = []
  for (let request = 0; request < traffic.requests; request += 1) {
    if (open.length === traffic.concurrency) {
      open.sort((a, b) => a.endsMs - b.endsMs)
      const ended = open.shift()
      if (ended === undefined) break
      nowMs = Math.max(nowMs, ended.endsMs)
      balancer.finished(ended, traffic.answerOf(ended.key))
    }
    const key = pickedKey(balancer)
    balancer.started({ key })
    open.push({ key, endsMs: nowMs + traffic.answerOf(key).afterMs })
    shares.set(key, (shares.get(key) ?? 0) + 1 / traffic.requests)
  }
  return shares
}

const loads = fc.record({
  count: fc.integer({ min: 2, max: 10 }),
  start: fc.nat(),
  perEndpoint: fc.integer({ min: 1, max: 4 }),
  latencyMs: fc.integer({ min: 1, max: 100 }),
})

describe(seeded('peakEwma'), () => {
  it('gives an endpoint that is ten times slower less than half of its share', () => {
    fc.assert(
      fc.property(loads, ({ count, start, perEndpoint, latencyMs }) => {
        const shares = simulate(named(count), {
          start,
          concurrency: count * perEndpoint,
          requests: 200 * count,
          answerOf: key => ok(key === 'e0' ? 10 * latencyMs : latencyMs),
        })
        expect(shares.get('e0') ?? 0).toBeLessThan(0.5 / count)
        for (const { key } of named(count).slice(1)) expect(shares.get(key) ?? 0).toBeGreaterThan(0.5 / count)
      }),
      { numRuns: 40 },
    )
  })

  it('gives an endpoint that fails at once less than half of its share', () => {
    fc.assert(
      fc.property(loads, ({ count, start, perEndpoint, latencyMs }) => {
        const shares = simulate(named(count), {
          start,
          concurrency: count * perEndpoint,
          requests: 400 * count,
          answerOf: key => (key === 'e0' ? { outcome: 'failure', afterMs: 1 } : ok(latencyMs)),
        })
        expect(shares.get('e0') ?? 0).toBeLessThan(0.5 / count)
      }),
      { numRuns: 40 },
    )
  })

  it('tries a slow endpoint again when its latency has decayed to that of the others, and not before', () => {
    let nowMs = 0
    const balancer = peakEwma<Endpoint>([{ key: 'slow' }, { key: 'fast' }], { now: () => nowMs })
    balancer.finished({ key: 'slow' }, ok(100))
    balancer.finished({ key: 'fast' }, ok(10))
    const firstTry = (): number => {
      for (; nowMs < 60_000; nowMs += 100) {
        if (pickedKey(balancer) === 'slow') return nowMs
        balancer.finished({ key: 'fast' }, ok(10))
      }
      return nowMs
    }
    // 100 ms falls to 10 ms in ln 10 decay times.
    expect(firstTry()).toBeGreaterThan(23_000)
    expect(nowMs).toBeLessThan(24_000)
  })

  it('tries it again as soon after a clock went back by hours', () => {
    let nowMs = 1e9
    const balancer = peakEwma<Endpoint>([{ key: 'slow' }, { key: 'fast' }], { now: () => nowMs })
    balancer.finished({ key: 'slow' }, ok(100))
    nowMs = 0
    const picks: string[] = []
    for (; nowMs < 30_000; nowMs += 100) {
      balancer.finished({ key: 'fast' }, ok(10))
      picks.push(pickedKey(balancer))
    }
    expect(picks.indexOf('slow')).toBeGreaterThan(220)
  })

  it('picks by latency times requests in flight and one more', () => {
    const balancer = peakEwma<Endpoint>([{ key: 'slow' }, { key: 'fast' }], { now: () => 0 })
    balancer.finished({ key: 'slow' }, ok(35))
    balancer.finished({ key: 'fast' }, ok(10))
    const picks = Array.from({ length: 8 }, () => {
      const key = pickedKey(balancer)
      balancer.started({ key })
      return key
    })
    // 10, 20, 30 against 35; then 40 against 35; then 40, 50, 60 against 70.
    expect(picks).toEqual(['fast', 'fast', 'fast', 'slow', 'fast', 'fast', 'fast', expect.any(String)])
  })

  it('picks by load alone while nothing is known of any', () => {
    const balancer = peakEwma<Endpoint>(named(2), { now: () => 0 })
    balancer.started({ key: 'e0' })
    expect(Array.from({ length: 20 }, () => pickedKey(balancer))).not.toContain('e0')
  })

  it('picks one that has not answered yet rather than one that failed at once', () => {
    const balancer = peakEwma<Endpoint>(named(2), { now: () => 0 })
    balancer.started({ key: 'e0' })
    balancer.finished({ key: 'e1' }, { outcome: 'failure' })
    expect(Array.from({ length: 20 }, () => pickedKey(balancer))).not.toContain('e1')
  })

  it('gives idle endpoints of the same latency traffic by weight, and busy ones requests by weight', () => {
    const balancer = peakEwma<Endpoint>([{ key: 'a', weight: 3 }, { key: 'b' }], { now: () => 0 })
    balancer.finished({ key: 'a' }, ok(10))
    balancer.finished({ key: 'b' }, ok(10))
    const idle = Array.from({ length: 2_000 }, () => pickedKey(balancer)).filter(key => key === 'a').length
    expect(Math.abs(idle - 1_500)).toBeLessThan(120)
    for (let request = 0; request < 400; request += 1) balancer.started({ key: pickedKey(balancer) })
    expect(Math.abs(balancer.inFlight('a') - 300)).toBeLessThanOrEqual(3)
  })

  it('shares what it learned with older generations', () => {
    const older = peakEwma<Endpoint>(named(2), { now: () => 0 })
    const newer = older.withEndpoints(named(3)).withEndpoints(named(2))
    older.finished({ key: 'e0' }, ok(100))
    newer.finished({ key: 'e1' }, ok(10))
    for (const balancer of [older, newer]) {
      expect(Array.from({ length: 20 }, () => pickedKey(balancer))).not.toContain('e0')
    }
  })

  it('reads the clock for each report and set of endpoints, and not for picks', () => {
    let looks = 0
    const now = (): number => {
      looks += 1
      return looks
    }
    const balancer = peakEwma<Endpoint>(named(3), { now }).withEndpoints(named(4))
    expect(looks).toBe(2)
    for (const { key } of named(4)) balancer.finished({ key }, ok(10))
    expect(looks).toBe(6)
    for (let pick = 0; pick < 20; pick += 1) pickedKey(balancer)
    expect(looks).toBe(6)
  })

  it.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])('refuses a decay time of %d', decayMs => {
    expect(() => peakEwma(named(1), { now: () => 0, decayMs })).toThrow(`option "decayMs" is ${decayMs}`)
  })
})
