/** Keeps retries a small share of the requests, so that they do not finish off a backend that is failing. */

import type { Balancer, Endpoint, PickResult } from './balancer.ts'
import type { InFlight } from './in-flight.ts'
import { numberOption } from './number-option.ts'

/** How many retries there may be and where they are counted. */
export interface RetryBudgetOptions {
  /** Retries in flight per 100 requests that are on their first attempt, 0 to 100. Default 20, as Envoy's `retry_budget.budget_percent`. */
  readonly percent?: number
  /** Retries in flight that are allowed in any case; a non-negative integer. Default 3, as Envoy's `min_retry_concurrency`. */
  readonly minimum?: number
  /** Of this backend alone, under `retryBudgetKeys`; may be those of its `circuitBreaker`. */
  readonly counts: InFlight
}

/** The keys that the budget counts by in its `counts`; give them slots in `sharedInFlightSlots` and it holds over all threads. */
export const retryBudgetKeys: readonly ('first-attempts' | 'retries')[] = Object.freeze([
  'first-attempts',
  'retries',
] as const)

/**
 * Answers `retry-budget-exhausted`, without asking the wrapped balancer, to a pick that would be one retry too many: one that excludes an
 * endpoint while as many retries are in flight as allowed. O(1) on top of its cost, O(threads) with shared counts.
 *
 * Allowed is `percent` of the requests that are on their first attempt, rounded down, or `minimum` if that is more. Envoy takes the share of
 * all attempts, by which 20 % adds a quarter to the load; here it adds a fifth.
 *
 * Retries count from `started` to `finished` when both are told `isRetry`. The budget is exact when `started` follows `pick` at once; threads
 * that pick at the same moment exceed it by at most the number of threads − 1. It holds when a retry begins: those that are under way go on
 * while the requests get fewer. Put it outside of decorators that exclude endpoints on their own, which would look like retries.
 *
 * @throws LoadBalancingError `invalid-option` for a percentage or minimum out of its range.
 */
export const retryBudget = <E extends Endpoint>(balancer: Balancer<E>, options: RetryBudgetOptions): Balancer<E> => {
  const { counts } = options
  const percent = numberOption('percent', options.percent ?? 20, { kind: 'number', from: 0, to: 100 })
  const minimum = numberOption('minimum', options.minimum ?? 3, { kind: 'integer', from: 0 })
  const isExhausted = (): boolean =>
    counts.count('retries') >= Math.max(minimum, Math.floor((percent * counts.count('first-attempts')) / 100))

  return {
    endpoints: balancer.endpoints,
    pick(input) {
      const isRetry = input.excluded !== undefined && input.excluded.size > 0
      return isRetry && isExhausted() ? exhausted : balancer.pick(input)
    },
    started(endpoint, attempt) {
      counts.started(attempt?.isRetry === true ? 'retries' : 'first-attempts')
      balancer.started(endpoint, attempt)
    },
    connected: endpoint => balancer.connected(endpoint),
    finished(endpoint, completion) {
      counts.finished(completion.isRetry === true ? 'retries' : 'first-attempts')
      balancer.finished(endpoint, completion)
    },
    inFlight: key => balancer.inFlight(key),
    withEndpoints: next => retryBudget(balancer.withEndpoints(next), options),
  }
}

const exhausted: PickResult<never> = { kind: 'none', reason: 'retry-budget-exhausted' }
