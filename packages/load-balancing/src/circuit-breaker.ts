/** Refuses picks while a backend has as much in hand as it may have. */

import type { Balancer, Endpoint, NoneReason, PickResult } from './balancer.ts'
import type { InFlight } from './in-flight.ts'
import { numberOption } from './number-option.ts'

/** What all endpoints of a backend together may have at the same time; non-negative integers. 0 refuses everything. */
export interface CircuitBreakerLimits {
  /**
   * Attempts that have their connection. Attempts that are pending when this limit is reached still connect, so it may be exceeded by as many
   * as `pending` allows. Attempts are counted, not sockets: those that share an HTTP/2 connection count one each, idle connections count none.
   */
  readonly connections: number
  /** Attempts that wait for their connection. */
  readonly pending: number
  /** Attempts of either kind, from `started` to `finished`. */
  readonly requests: number
}

/** Envoy's thresholds for the default priority: 1,024 of each (`envoy.config.cluster.v3.CircuitBreakers.Thresholds`). */
export const circuitBreakerDefaults: CircuitBreakerLimits = Object.freeze({
  connections: 1024,
  pending: 1024,
  requests: 1024,
})

/** The keys that a breaker counts by in its `counts`; give them slots in `sharedInFlightSlots` and the limits hold over all threads. */
export const circuitBreakerKeys: readonly (keyof CircuitBreakerLimits)[] = Object.freeze([
  'connections',
  'pending',
  'requests',
] as const)

/** How `circuitBreaker` limits and where it counts. */
export interface CircuitBreakerOptions {
  /** When picks are refused. */
  readonly limits: CircuitBreakerLimits
  /** Of this backend alone, under `circuitBreakerKeys`. A breaker with other limits that is given the same counts goes on with them. */
  readonly counts: InFlight
}

/** A balancer that refuses picks while a limit is reached. */
export interface CircuitBreaker<E extends Endpoint> extends Balancer<E> {
  /** The limit that is reached now, for which picks are refused; `closed` when there is none. Of several it is requests, then pending. */
  state(): CircuitState
  /** Picks refused so far, those of its generations included; never falls. Each thread has its own number. */
  refused(): number
  /** As of every balancer; the counts go on. */
  withEndpoints(endpoints: readonly E[]): CircuitBreaker<E>
}

/** `closed`: picks go through. */
export type CircuitState = 'closed' | keyof CircuitBreakerLimits

/**
 * Answers a pick with `too-many-requests`, `too-many-pending` or `too-many-connections` while that limit is reached, without asking the
 * wrapped balancer; nothing is queued. O(1) on top of its cost, O(threads) with shared counts.
 *
 * Limits are exact when `started` follows `pick` at once. Threads that pick at the same moment do not see each other yet: with shared counts
 * they exceed a limit by at most the number of threads − 1.
 *
 * `connected` moves an attempt from pending to connections, and `wasConnected` of its completion says which of them to take off: a caller
 * that says one and not the other leaves a count behind for ever. Without either, all attempts are pending until they end.
 *
 * @throws LoadBalancingError `invalid-option` for a limit that is no non-negative integer.
 */
export const circuitBreaker = <E extends Endpoint>(
  balancer: Balancer<E>,
  options: CircuitBreakerOptions,
): CircuitBreaker<E> => {
  for (const key of circuitBreakerKeys) numberOption(`limits.${key}`, options.limits[key], { kind: 'integer', from: 0 })
  return breaking(balancer, options, { refused: 0 })
}

const breaking = <E extends Endpoint>(
  balancer: Balancer<E>,
  options: CircuitBreakerOptions,
  tally: { refused: number },
): CircuitBreaker<E> => {
  const { limits, counts } = options
  const state = (): CircuitState => {
    if (counts.count('requests') >= limits.requests) return 'requests'
    if (counts.count('pending') >= limits.pending) return 'pending'
    return counts.count('connections') >= limits.connections ? 'connections' : 'closed'
  }

  return {
    endpoints: balancer.endpoints,
    pick(input) {
      const reached = state()
      if (reached === 'closed') return balancer.pick(input)
      tally.refused += 1
      return refusals[reached]
    },
    started(endpoint, attempt) {
      counts.started('requests')
      counts.started('pending')
      balancer.started(endpoint, attempt)
    },
    connected(endpoint) {
      counts.finished('pending')
      counts.started('connections')
      balancer.connected(endpoint)
    },
    finished(endpoint, completion) {
      counts.finished(completion.wasConnected === true ? 'connections' : 'pending')
      counts.finished('requests')
      balancer.finished(endpoint, completion)
    },
    inFlight: key => balancer.inFlight(key),
    withEndpoints: next => breaking(balancer.withEndpoints(next), options, tally),
    state,
    refused: () => tally.refused,
  }
}

const refusal = (reason: NoneReason): PickResult<never> => ({ kind: 'none', reason })

const refusals: Readonly<Record<keyof CircuitBreakerLimits, PickResult<never>>> = {
  connections: refusal('too-many-connections'),
  pending: refusal('too-many-pending'),
  requests: refusal('too-many-requests'),
}
