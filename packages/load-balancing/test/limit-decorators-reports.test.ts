/** The decorators that limit or direct picks pass on all that they are told. */

import { expect, it } from 'vitest'
import type { AttemptStart, Balancer, Completion, Endpoint } from '../src/balancer.ts'
import { circuitBreaker, circuitBreakerDefaults } from '../src/circuit-breaker.ts'
import { localInFlight } from '../src/in-flight.ts'
import { retryBudget } from '../src/retry-budget.ts'
import { roundRobin } from '../src/round-robin.ts'
import { stickySessions } from '../src/sticky-sessions.ts'
import { countingKeys, sign } from './sessions.ts'

type Decorator = (balancer: Balancer<Endpoint>) => Balancer<Endpoint>

const session = { sign, newKey: countingKeys(), onFailure: 'stay' } as const
const decorators: readonly (readonly [name: string, decorate: Decorator])[] = [
  ['a circuit breaker', inner => circuitBreaker(inner, { limits: circuitBreakerDefaults, counts: localInFlight() })],
  ['a retry budget', inner => retryBudget(inner, { counts: localInFlight() })],
  ['persistent sessions', inner => stickySessions(inner, { mode: 'persistent', ...session })],
  ['balanced sessions', inner => stickySessions(inner, { mode: 'balanced', ...session })],
]

type Report = readonly [event: string, key: string, details?: AttemptStart | Completion | undefined]

const recording = (inner: Balancer<Endpoint>, reports: Report[]): Balancer<Endpoint> => ({
  ...inner,
  started(endpoint, attempt) {
    reports.push(['started', endpoint.key, attempt])
  },
  connected(endpoint) {
    reports.push(['connected', endpoint.key])
  },
  finished(endpoint, completion) {
    reports.push(['finished', endpoint.key, completion])
  },
  withEndpoints: next => recording(inner.withEndpoints(next), reports),
})

it.each(decorators)('%s passes reports on as they are, in every generation', (_, decorate) => {
  const completion: Completion = { outcome: 'success', latencyMs: 3, status: 200, wasConnected: true, isRetry: true }
  const reports: Report[] = []
  const first = decorate(recording(roundRobin<Endpoint>([{ key: 'a' }]), reports))
  for (const balancer of [first, first.withEndpoints([{ key: 'b' }])]) {
    balancer.started({ key: 'a' }, { isRetry: true })
    balancer.connected({ key: 'a' })
    balancer.finished({ key: 'a' }, completion)
  }
  const each = [
    ['started', 'a', { isRetry: true }],
    ['connected', 'a'],
    ['finished', 'a', completion],
  ]
  expect(reports).toEqual([...each, ...each])
})
