export type { Balancer, Completion, Endpoint, PickInput, PickResult } from './balancer.ts'
export type { BalancerOptions } from './balancer-options.ts'
export { createBalancer, type StrategyName, strategyNames } from './create-balancer.ts'
export { type InFlight, localInFlight } from './in-flight.ts'
export { leastConn } from './least-conn.ts'
export { LoadBalancingError, type LoadBalancingErrorCode } from './load-balancing-error.ts'
export { ringHash } from './ring-hash.ts'
export { roundRobin } from './round-robin.ts'
export { sharedInFlight, type SharedInFlight, type SharedInFlightMemory, type SlotChange } from './shared-in-flight.ts'
export {
  sharedInFlightSlots,
  type SharedInFlightSlots,
  type SharedInFlightSlotsOptions,
  type SlotRevisions,
} from './shared-in-flight-slots.ts'
