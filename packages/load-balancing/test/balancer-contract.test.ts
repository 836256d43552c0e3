import { createBalancer, type StrategyName, strategyNames } from '../src/create-balancer.ts'
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
