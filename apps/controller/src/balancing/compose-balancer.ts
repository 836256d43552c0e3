import type { Balancing } from '@ingresskit/ingress-translator'
import {
  avoidUnhealthy,
  type Balancer,
  boundedLoads,
  type CircuitBreaker,
  circuitBreaker,
  createBalancer,
  type InFlight,
  outlierDetector,
  type OutlierDetector,
  retryBudget,
  slowStart,
  stickySessions,
  subsets,
} from '@ingresskit/load-balancing'
import type { BalancedEndpoint } from './balanced-endpoints.ts'
import type { CountPurpose } from './limit-counts.ts'
import { ReportedHealth } from './reported-health.ts'
import type { SessionSigner } from './session-signer.ts'

/** What a balancer is composed with. */
export interface ComposeOptions {
  /** Endpoints to skip before the first turn. */
  readonly start: number
  /** Requests in flight on the endpoints. */
  readonly inFlight: InFlight
  /** Counts of the circuit breaker and of the retry budget; asked for only where there is one. */
  readonly countsOf: (purpose: CountPurpose) => InFlight
  /** Signs the session tokens of this backend. */
  readonly sign: SessionSigner
  readonly environment: BalancingEnvironment
}

/** Clock and randomness of all balancers. */
export interface BalancingEnvironment {
  /** Milliseconds; monotonic. */
  readonly now: () => number
  /** From 0 to below 1. */
  readonly random: () => number
  /** Unguessable text of cookie characters. */
  readonly newKey: () => string
}

/** A balancer with the parts that are looked at from outside. */
export interface ComposedBalancer {
  readonly balancer: Balancer<BalancedEndpoint>
  /** The outermost layer, where there is a circuit breaker. */
  readonly breaker?: CircuitBreaker<BalancedEndpoint>
  readonly detector?: OutlierDetector
  /** Told what health checks find. */
  readonly checks?: ReportedHealth
}

/**
 * The strategy of a policy, and around it what the policy asks for: bounded loads, slow start, sessions, health, a retry budget
 * and, outermost, a circuit breaker. A policy of a strategy alone is that strategy's balancer, nothing around it.
 */
export function composeBalancer(
  endpoints: readonly BalancedEndpoint[],
  policy: Balancing,
  options: ComposeOptions,
): ComposedBalancer {
  const { inFlight, environment, countsOf } = options
  const { now, random } = environment
  let balancer = strategyOf(endpoints, policy, options)
  if (policy.hashBound !== undefined) balancer = boundedLoads(balancer, { factor: policy.hashBound, inFlight })
  if (policy.slowStart !== undefined) balancer = slowStart(balancer, { ...policy.slowStart, now, random })
  if (policy.affinity !== undefined) {
    const { mode, onFailure } = policy.affinity
    balancer = stickySessions(balancer, { mode, onFailure, sign: options.sign, newKey: environment.newKey })
  }
  const detector =
    policy.outlierDetection === undefined ? undefined : outlierDetector({ settings: policy.outlierDetection, now })
  const checks = policy.healthCheck === undefined ? undefined : new ReportedHealth()
  if (detector !== undefined || checks !== undefined) {
    balancer = avoidUnhealthy(balancer, {
      sources: checks === undefined ? [] : [checks],
      panicPercent: policy.panicPercent,
      ...(detector === undefined ? {} : { detector }),
    })
  }
  if (policy.retry !== undefined) {
    const { budgetPercent: percent, budgetMinimum: minimum } = policy.retry
    balancer = retryBudget(balancer, { percent, minimum, counts: countsOf('retries') })
  }
  const parts = {
    ...(detector === undefined ? {} : { detector }),
    ...(checks === undefined ? {} : { checks }),
  }
  if (policy.circuitBreaker === undefined) return { balancer, ...parts }
  const breaker = circuitBreaker(balancer, { limits: policy.circuitBreaker, counts: countsOf('breaker') })
  return { balancer: breaker, breaker, ...parts }
}

/** The same over other endpoints; what was learned about those that stay goes on. */
export function composedOver(composed: ComposedBalancer, endpoints: readonly BalancedEndpoint[]): ComposedBalancer {
  if (composed.breaker === undefined) return { ...composed, balancer: composed.balancer.withEndpoints(endpoints) }
  const breaker = composed.breaker.withEndpoints(endpoints)
  return { ...composed, balancer: breaker, breaker }
}

function strategyOf(
  endpoints: readonly BalancedEndpoint[],
  { strategy, subsetSize }: Balancing,
  { start, inFlight, environment }: ComposeOptions,
): Balancer<BalancedEndpoint> {
  const { now, random } = environment
  const shared = { start, inFlight, random }
  if (subsetSize === undefined) return createBalancer(strategy, endpoints, { ...shared, now })
  return subsets(endpoints, {
    ...shared,
    size: subsetSize,
    strategy: (subset, own) => createBalancer(strategy, subset, { ...own, now }),
  })
}
