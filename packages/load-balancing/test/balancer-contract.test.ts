import { createBalancer, type StrategyName, strategyNames } from '../src/create-balancer.ts'
import type { InFlight } from '../src/in-flight.ts'
import { sharedInFlight } from '../src/shared-in-flight.ts'
import { sharedInFlightSlots } from '../src/shared-in-flight-slots.ts'
import { type BalancerCapabilities, describeBalancer } from './balancer-contract.ts'

const byTurns = { reachesAll: true, honoursStart: true, sharesFairly: true } as const
const byChance = {
  reachesAll: 'it draws at random; the fair shares over many requests cover it',
  honoursStart: 'start seeds its random numbers',
  sharesFairly: true,
} as const
const ignoresLoad = { goesByLoad: 'it does not look at load', learnsLatency: 'it does not look at latency' } as const

const capabilities: Readonly<Record<StrategyName, BalancerCapabilities>> = {
  'round-robin': { ...byTurns, ...ignoresLoad },
  'least-conn': { ...byTurns, ...ignoresLoad, goesByLoad: true },
  p2c: { ...byChance, ...ignoresLoad, goesByLoad: true },
  'peak-ewma': { ...byChance, goesByLoad: true, learnsLatency: true },
  random: { ...byChance, ...ignoresLoad },
  'ring-hash': { ...byTurns, ...ignoresLoad },
  maglev: { ...byTurns, ...ignoresLoad },
  rendezvous: { ...byTurns, ...ignoresLoad },
}

const now = (): number => 0

for (const strategy of strategyNames) {
  describeBalancer(
    strategy,
    (endpoints, options) => createBalancer(strategy, endpoints, { now, ...options }),
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
