/** Limits over several threads: each has a breaker of its own over the same shared counts. The threads are played by one here. */

import { expect, it } from 'vitest'
import { type CircuitBreaker, circuitBreaker, circuitBreakerKeys } from '../src/circuit-breaker.ts'
import type { Endpoint } from '../src/balancer.ts'
import { retryBudget, retryBudgetKeys } from '../src/retry-budget.ts'
import { roundRobin } from '../src/round-robin.ts'
import { type SharedInFlight, sharedInFlight } from '../src/shared-in-flight.ts'
import { sharedInFlightSlots, type SharedInFlightSlots } from '../src/shared-in-flight-slots.ts'

const endpoint = { key: '10.0.0.1:80' }
const requests = 5

const countsOf = (
  keys: readonly string[],
  threads: number,
): { readonly slots: SharedInFlightSlots; readonly views: readonly SharedInFlight[] } => {
  const slots = sharedInFlightSlots({ threads })
  const change = slots.assign(keys, { revision: 1, seenByAll: 0 })
  const views = Array.from({ length: threads }, (_, thread) => {
    const counts = sharedInFlight(slots.memory, thread)
    if (change !== undefined) counts.apply(change)
    return counts
  })
  return { slots, views }
}

const breakersOf = (views: readonly SharedInFlight[]): readonly CircuitBreaker<Endpoint>[] =>
  views.map(counts =>
    circuitBreaker(roundRobin<Endpoint>([endpoint]), { limits: { connections: 9, pending: 9, requests }, counts }),
  )

it('holds the limit for all threads together', () => {
  const { views } = countsOf(circuitBreakerKeys, 2)
  const [one, other] = breakersOf(views)
  for (let request = 0; request < requests; request += 1) (request % 2 === 0 ? one : other)?.started(endpoint)
  expect([one?.state(), other?.state()]).toEqual(['requests', 'requests'])
  expect(other?.pick({})).toEqual({ kind: 'none', reason: 'too-many-requests' })
  one?.connected(endpoint)
  one?.finished(endpoint, { outcome: 'success', wasConnected: true })
  expect([one?.state(), other?.state()]).toEqual(['closed', 'closed'])
  expect([one?.refused(), other?.refused()]).toEqual([0, 1])
})

it('is exceeded by at most the number of threads − 1 when all of them pick at the same moment', () => {
  const threads = 4
  const { views } = countsOf(circuitBreakerKeys, threads)
  const breakers = breakersOf(views)
  for (let request = 0; request < requests - 1; request += 1) breakers[0]?.started(endpoint)
  const picked = breakers.filter(breaker => breaker.pick({}).kind === 'picked')
  for (const breaker of picked) breaker.started(endpoint)
  expect(views[0]?.count('requests')).toBe(requests + threads - 1)
  expect(breakers.map(breaker => breaker.pick({}).kind)).toEqual(['none', 'none', 'none', 'none'])
})

it('lets go of what a thread counted that died', () => {
  const { slots, views } = countsOf(circuitBreakerKeys, 2)
  const [one, other] = breakersOf(views)
  for (let request = 0; request < requests; request += 1) other?.started(endpoint)
  expect(one?.state()).toBe('requests')
  slots.clear(1)
  expect(one?.state()).toBe('closed')
})

it('holds a retry budget for all threads together, beside a breaker with the same counts', () => {
  const { views } = countsOf([...circuitBreakerKeys, ...retryBudgetKeys], 2)
  const [one, other] = views.map(counts => {
    const limits = { connections: 9, pending: 9, requests }
    return retryBudget(circuitBreaker(roundRobin([endpoint]), { limits, counts }), { minimum: 1, counts })
  })
  const retry = { excluded: new Set(['10.0.0.2:80']) }
  expect(other?.pick(retry).kind).toBe('picked')
  one?.started(endpoint, { isRetry: true })
  expect(other?.pick(retry)).toEqual({ kind: 'none', reason: 'retry-budget-exhausted' })
  expect(views[1]?.count('requests')).toBe(1)
  one?.finished(endpoint, { outcome: 'failure', isRetry: true })
  expect(other?.pick(retry).kind).toBe('picked')
})
