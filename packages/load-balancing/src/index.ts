export { avoidUnhealthy, type AvoidUnhealthyOptions, type HealthAwareBalancer } from './avoid-unhealthy.ts'
export type {
  AttemptStart,
  Balancer,
  Completion,
  Endpoint,
  NoneReason,
  Picked,
  PickInput,
  PickResult,
} from './balancer.ts'
export type { BalancerOptions } from './balancer-options.ts'
export { boundedLoads, type BoundedLoadsOptions } from './bounded-loads.ts'
export {
  circuitBreaker,
  type CircuitBreaker,
  circuitBreakerDefaults,
  circuitBreakerKeys,
  type CircuitBreakerLimits,
  type CircuitBreakerOptions,
  type CircuitState,
} from './circuit-breaker.ts'
export { createBalancer, type StrategyName, strategyNames, type StrategyOptions } from './create-balancer.ts'
export { healthCheckDefaults, type HealthCheckSettings, type StatusRange } from './health-check-settings.ts'
export { type HealthCheckState, healthCheckState } from './health-check-state.ts'
export type { HealthSource } from './health-source.ts'
export { type InFlight, localInFlight } from './in-flight.ts'
export { leastConn } from './least-conn.ts'
export { LoadBalancingError, type LoadBalancingErrorCode } from './load-balancing-error.ts'
export { maglev } from './maglev.ts'
export { outlierDetectionDefaults, type OutlierDetectionSettings } from './outlier-detection-settings.ts'
export { type OutlierDetector, outlierDetector, type OutlierDetectorOptions } from './outlier-detector.ts'
export type { EjectedEndpoint } from './outlier-ejections.ts'
export { p2c } from './p2c.ts'
export { peakEwma, type PeakEwmaOptions } from './peak-ewma.ts'
export { preferZone, type ZonedEndpoint } from './prefer-zone.ts'
export { random } from './random.ts'
export { rendezvous } from './rendezvous.ts'
export { retryBudget, retryBudgetKeys, type RetryBudgetOptions } from './retry-budget.ts'
export { ringHash } from './ring-hash.ts'
export { roundRobin } from './round-robin.ts'
export { sharedInFlight, type SharedInFlight, type SharedInFlightMemory, type SlotChange } from './shared-in-flight.ts'
export {
  sharedInFlightSlots,
  type SharedInFlightSlots,
  type SharedInFlightSlotsOptions,
  type SlotRevisions,
} from './shared-in-flight-slots.ts'
export { slowStart, type SlowStartOptions } from './slow-start.ts'
export { stickySessions } from './sticky-sessions.ts'
export type { StickySessionsOptions } from './sticky-sessions-options.ts'
export { subsets, type SubsetsOptions } from './subsets.ts'
