import { createBalancer, type StrategyName, strategyNames } from '../src/create-balancer.ts'
import type { InFlight } from '../src/in-flight.ts'
import { sharedInFlight } from '../src/shared-in-flight.ts'
import { sharedInFlightSlots } from '../src/shared-in-flight-slots.ts'
import { type BalancerCapabilities, describeBalancer } from './balancer-contract.ts'

const capabilities: Readonly<Record<StrategyName, BalancerCapabilities>> = {
  'round-robin': { reachesAll: true, honoursStart: true },
  'least-conn': { reachesAll: true, honoursStart: true },
  'ring-hash': { reachesAll: true, honoursStart: true },
}

for (const strategy of strategyNames) {
  describeBalancer(
    strategy,
    (endpoints, options) => createBalancer(strategy, endpoints, options),
    capabilities[strategy],
  )
}

/** Counts in shared memory, with slots for two of the keys that the suite uses; the others are counted without. */
const sharedCounts = (): InFlight => {
  const slots = sharedInFlightSlots({ threads: 2 })
  const inFlight = sharedInFlight(slots.memory, 1)
  const change = slots.assign(['a', 'b'], { revision: 1, seenByAll: 0 })
  if (change !== undefined) inFlight.apply(change)
  return inFlight
}

describeBalancer(
  'least-conn over shared counts',
  (endpoints, options) => createBalancer('least-conn', endpoints, { inFlight: sharedCounts(), ...options }),
  capabilities['least-conn'],
)
