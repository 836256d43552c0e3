import { createBalancer, roundRobin } from '@ingresskit/load-balancing'
import { describe, expect, it } from 'vitest'
import { contestants, pieces } from './contestants.ts'
import { type Scenario, simulate, type SimulationResult } from './simulate.ts'
import { siteScenario } from './site-scenario.ts'

const seed = 1

describe('queueing', () => {
  const queue = (concurrency: number, requestsPerSecond: number): Scenario => ({
    servers: [{ key: 'only', concurrency, meanMs: 10 }],
    requestsPerSecond,
    durationMs: 2_000_000,
    timeoutMs: Number.POSITIVE_INFINITY,
    maxAttempts: 1,
    hashKeys: 0,
    seed,
  })

  it('answers an M/M/1 queue at 60 % in 1/(µ − λ) = 25 ms on average', () => {
    const mean = meanLatency(simulate(queue(1, 60), endpoints => roundRobin(endpoints)))
    expect(Math.abs(mean - 25)).toBeLessThan(0.03 * 25)
  })

  it('answers an M/M/2 queue at 60 % in 1/(µ (1 − ρ²)) = 15.6 ms on average', () => {
    const mean = meanLatency(simulate(queue(2, 120), endpoints => roundRobin(endpoints)))
    expect(Math.abs(mean - 15.625)).toBeLessThan(0.03 * 15.625)
  })

  it('lets as many requests arrive as it should, within four standard deviations', () => {
    const { arrivals } = simulate(queue(1, 60), endpoints => roundRobin(endpoints))
    expect(Math.abs(arrivals - 120_000)).toBeLessThan(4 * Math.sqrt(120_000))
  })
})

describe.each(pieces)('$title', piece => {
  it.each(contestants)('loses no request: arrivals = answered + failed + in flight ($name)', contestant => {
    const scenario = { ...siteScenario(seed, 'short'), maxAttempts: piece.maxAttempts }
    const result = simulate(scenario, (endpoints, surroundings) =>
      piece.around(contestant.build(endpoints, surroundings), surroundings),
    )
    expect(result.answered.length + result.failed + result.inFlight).toBe(result.arrivals)
    expect(result.answered.length).toBeGreaterThan(result.arrivals / 2)
    expect(result.inFlight).toBeGreaterThan(0)
  })
})

describe('a run', () => {
  const scenario = siteScenario(seed, 'short')

  it('is the same again for the same seed, and another one for another seed', () => {
    const run = (seed: number): SimulationResult =>
      simulate({ ...scenario, seed }, (endpoints, surroundings) => createBalancer('p2c', endpoints, surroundings))
    expect(run(seed)).toEqual(run(seed))
    expect(run(seed + 1).arrivals).not.toBe(run(seed).arrivals)
  })

  it('has the same arrivals whatever the balancer does', () => {
    const arrivals = contestants.map(({ build }) => simulate(scenario, build).arrivals)
    expect(new Set(arrivals).size).toBe(1)
  })

  it('sends nothing to an endpoint before it joins, and something afterwards', () => {
    const { attempts } = simulate(scenario, endpoints => roundRobin(endpoints))
    const joining = attempts.filter(({ key }) => key === '10.0.0.10:80')
    expect(joining.length).toBeGreaterThan(0)
    expect(joining.every(({ atMs }) => atMs >= scenario.joinsAtMs)).toBe(true)
  })

  it('gives up attempts that take too long, and makes as many again as it may', () => {
    const servers = ['a', 'b', 'c'].map(key => ({ key, concurrency: 1, meanMs: 1_000_000 }))
    const result = simulate({ ...scenario, servers, requestsPerSecond: 5, timeoutMs: 10, maxAttempts: 3 }, endpoints =>
      roundRobin(endpoints),
    )
    expect(result.answered).toEqual([])
    expect(result.failed).toBe(result.arrivals)
    expect(result.attempts.length).toBe(3 * result.arrivals)
  })
})

function meanLatency({ answered }: SimulationResult): number {
  return answered.reduce((sum, { latencyMs }) => sum + latencyMs, 0) / answered.length
}
