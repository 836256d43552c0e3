import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { seeded } from '../test/seed.ts'
import {
  type CircuitBreaker,
  circuitBreaker,
  circuitBreakerDefaults,
  circuitBreakerKeys,
  type CircuitBreakerLimits,
} from './circuit-breaker.ts'
import type { Endpoint } from './balancer.ts'
import { type InFlight, localInFlight } from './in-flight.ts'
import { leastConn } from './least-conn.ts'
import { LoadBalancingError } from './load-balancing-error.ts'
import { roundRobin } from './round-robin.ts'

const [a, b] = [{ key: 'a' }, { key: 'b' }]
const roomy: CircuitBreakerLimits = { connections: 9, pending: 9, requests: 9 }

const breakerOf = (
  limits: Partial<CircuitBreakerLimits>,
  counts: InFlight = localInFlight(),
): CircuitBreaker<Endpoint> => circuitBreaker(roundRobin<Endpoint>([a, b]), { limits: { ...roomy, ...limits }, counts })

const answerOf = (breaker: CircuitBreaker<Endpoint>): string => {
  const result = breaker.pick({})
  return result.kind === 'picked' ? result.endpoint.key : result.reason
}

describe(seeded('circuitBreaker'), () => {
  it('has the limits of Envoy by default', () => {
    const counts = localInFlight()
    const breaker = circuitBreaker(roundRobin([a, b]), { limits: circuitBreakerDefaults, counts })
    for (let request = 0; request < 1024; request += 1) {
      expect(breaker.pick({}).kind).toBe('picked')
      breaker.started(a)
    }
    expect(breaker.pick({})).toEqual({ kind: 'none', reason: 'too-many-requests' })
  })

  it('refuses while too many attempts wait for a connection, and lets go when one has it', () => {
    const breaker = breakerOf({ pending: 1 })
    breaker.started(a)
    expect([breaker.state(), answerOf(breaker)]).toEqual(['pending', 'too-many-pending'])
    breaker.connected(a)
    expect([breaker.state(), answerOf(breaker)]).toEqual(['closed', 'a'])
  })

  it('lets go when an attempt ends that never had a connection', () => {
    const breaker = breakerOf({ pending: 1 })
    breaker.started(a)
    breaker.finished(a, { outcome: 'failure', wasConnected: false })
    breaker.started(a)
    breaker.finished(a, { outcome: 'aborted' })
    expect(breaker.state()).toBe('closed')
  })

  it('refuses while too many attempts have a connection, whatever endpoint it is to', () => {
    const breaker = breakerOf({ connections: 2 })
    for (const endpoint of [a, b]) {
      breaker.started(endpoint)
      breaker.connected(endpoint)
    }
    expect([breaker.state(), answerOf(breaker)]).toEqual(['connections', 'too-many-connections'])
    breaker.finished(b, { outcome: 'success', wasConnected: true })
    expect([breaker.state(), answerOf(breaker)]).toEqual(['closed', 'a'])
  })

  it('names requests before pending before connections when several limits are reached', () => {
    const breaker = breakerOf({ connections: 0, pending: 0, requests: 1 })
    expect(answerOf(breaker)).toBe('too-many-pending')
    breaker.started(a)
    expect(answerOf(breaker)).toBe('too-many-requests')
  })

  it('takes no turn of the wrapped balancer for a refused pick, and counts it', () => {
    const breaker = breakerOf({ requests: 1 })
    expect(answerOf(breaker)).toBe('a')
    breaker.started(a)
    for (let pick = 0; pick < 3; pick += 1) expect(answerOf(breaker)).toBe('too-many-requests')
    breaker.finished(a, { outcome: 'success' })
    expect(answerOf(breaker)).toBe('b')
    expect(breaker.refused()).toBe(3)
  })

  it('goes on with its counts and its refusals when endpoints leave, join and return', () => {
    const first = breakerOf({ requests: 2 })
    first.started(a)
    first.started(a)
    expect(answerOf(first)).toBe('too-many-requests')
    const without = first.withEndpoints([b])
    expect(answerOf(without)).toBe('too-many-requests')
    const again = without.withEndpoints([a, b])
    expect([again.state(), again.refused(), again.inFlight('a')]).toEqual(['requests', 2, 2])
    first.finished(a, { outcome: 'success' })
    expect([again.state(), first.state()]).toEqual(['closed', 'closed'])
    again.started(b)
    expect(answerOf(first)).toBe('too-many-requests')
    expect(again.refused()).toBe(3)
  })

  it('goes on with the counts of the breaker before it when the limits change', () => {
    const counts = localInFlight()
    const before = breakerOf({ requests: 3 }, counts)
    before.started(a)
    before.started(b)
    const after = breakerOf({ requests: 2 }, counts)
    expect(after.state()).toBe('requests')
    before.finished(a, { outcome: 'success' })
    expect(after.state()).toBe('closed')
  })

  it('lets as many exceed the limit of connections as were pending when it was reached, not one more', () => {
    const breaker = breakerOf({ connections: 1, pending: 2 })
    breaker.started(a)
    breaker.started(a)
    expect(answerOf(breaker)).toBe('too-many-pending')
    breaker.connected(a)
    expect(answerOf(breaker)).toBe('too-many-connections')
    breaker.connected(a)
    breaker.finished(a, { outcome: 'success', wasConnected: true })
    expect(answerOf(breaker)).toBe('too-many-connections')
  })

  it.each([-1, 0.5, Number.NaN])('refuses the limit %d by name', limit => {
    expect(() => breakerOf({ pending: limit })).toThrow(LoadBalancingError)
    expect(() => breakerOf({ pending: limit })).toThrow(`option "limits.pending" is ${limit}`)
  })

  it('agrees with a plain list of attempts over any course of events, and never exceeds its limits', () => {
    fc.assert(
      fc.property(limits, fc.array(events, { maxLength: 60 }), (limits, script) => {
        const counts = localInFlight()
        let breaker: CircuitBreaker<Endpoint> = circuitBreaker(leastConn<Endpoint>([a, b]), { limits, counts })
        const open: Attempt[] = []
        let refused = 0
        for (const event of script) {
          const attempt = open[event.which % Math.max(1, open.length)]
          if (event.kind === 'change') breaker = breaker.withEndpoints(event.keys.map(key => ({ key })))
          else if (event.kind === 'pick') {
            const result = breaker.pick({})
            expect(result.kind === 'picked').toBe(reachedBy(open, limits) === 'closed')
            if (result.kind === 'none') refused += 1
            else {
              breaker.started(result.endpoint)
              open.push({ breaker, endpoint: result.endpoint, wasConnected: false })
            }
          } else if (attempt !== undefined && event.kind === 'connect' && !attempt.wasConnected) {
            attempt.breaker.connected(attempt.endpoint)
            attempt.wasConnected = true
          } else if (attempt !== undefined && event.kind === 'finish') {
            attempt.breaker.finished(attempt.endpoint, { outcome: 'success', wasConnected: attempt.wasConnected })
            open.splice(open.indexOf(attempt), 1)
          }
          expect(breaker.state()).toBe(reachedBy(open, limits))
          expect(circuitBreakerKeys.map(key => counts.count(key))).toEqual(
            circuitBreakerKeys.map(key => talliesOf(open)[key]),
          )
          expect(open.length).toBeLessThanOrEqual(limits.requests)
          expect(talliesOf(open).pending).toBeLessThanOrEqual(limits.pending)
        }
        expect(breaker.refused()).toBe(refused)
      }),
    )
  })
})

interface Attempt {
  /** The generation that it began on. */
  readonly breaker: CircuitBreaker<Endpoint>
  readonly endpoint: Endpoint
  wasConnected: boolean
}

const talliesOf = (open: readonly Attempt[]): CircuitBreakerLimits => {
  const connections = open.filter(({ wasConnected }) => wasConnected).length
  return { connections, pending: open.length - connections, requests: open.length }
}

const reachedBy = (open: readonly Attempt[], limits: CircuitBreakerLimits): string => {
  const tallies = talliesOf(open)
  if (tallies.requests >= limits.requests) return 'requests'
  if (tallies.pending >= limits.pending) return 'pending'
  return tallies.connections >= limits.connections ? 'connections' : 'closed'
}

const limits = fc.record({ connections: fc.nat(5), pending: fc.nat(5), requests: fc.nat(8) })
const events = fc.oneof(
  fc.record({ kind: fc.constant('pick' as const), which: fc.nat() }),
  fc.record({ kind: fc.constantFrom('connect' as const, 'finish' as const), which: fc.nat() }),
  fc.record({
    kind: fc.constant('change' as const),
    which: fc.nat(),
    keys: fc.subarray(['a', 'b', 'c'], { minLength: 1 }),
  }),
)
