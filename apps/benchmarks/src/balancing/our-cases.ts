/** The strategies of @ingresskit/load-balancing, and the pieces around them. */

import { createHmac, randomUUID } from 'node:crypto'
import {
  avoidUnhealthy,
  type Balancer,
  boundedLoads,
  circuitBreaker,
  createBalancer,
  type Endpoint,
  leastConn,
  localInFlight,
  type OutlierDetector,
  outlierDetector,
  retryBudget,
  ringHash,
  roundRobin,
  slowStart,
  stickySessions,
  type StrategyName,
  subsets,
} from '@ingresskit/load-balancing'
import { type BalancerCase, balancerCase } from './balancer-case.ts'
import type { CostCase } from './cost-case.ts'

const now = (): number => performance.now()

const strategyCase = (name: StrategyName, differences: Partial<BalancerCase> = {}): BalancerCase => ({
  name,
  group: 'strategy',
  expects: 'turns',
  make: endpoints => createBalancer(name, endpoints, { now }),
  ...differences,
})

const hashing: Partial<BalancerCase> = { expects: 'stable', input: 'hashKey' }

const strategies: readonly BalancerCase[] = [
  strategyCase('round-robin'),
  strategyCase('round-robin', { name: 'round-robin, weights 1 to 10', weights: 'weighted' }),
  strategyCase('least-conn'),
  strategyCase('p2c', { expects: 'lots' }),
  strategyCase('peak-ewma', { expects: 'lots' }),
  strategyCase('random', { expects: 'lots' }),
  strategyCase('ring-hash', hashing),
  strategyCase('maglev', hashing),
  strategyCase('maglev', { ...hashing, name: 'maglev, weights 1 to 10', weights: 'weighted' }),
  ...[10, 100, 1000].map(count =>
    strategyCase('rendezvous', { ...hashing, name: `rendezvous, ${count} endpoints`, endpoints: count }),
  ),
]

const aroundRoundRobin = (
  name: string,
  around: (balancer: Balancer<Endpoint>) => Balancer<Endpoint>,
): BalancerCase => ({
  name,
  group: 'around',
  expects: 'turns',
  make: endpoints => around(roundRobin(endpoints)),
})

const pieces: readonly BalancerCase[] = [
  {
    ...hashing,
    name: 'bounded loads 1.25 over ring-hash',
    group: 'around',
    // At ten in flight each some endpoints are full, so that not every key has its own.
    expects: 'lots',
    make(endpoints) {
      const inFlight = localInFlight()
      return boundedLoads(ringHash(endpoints, { inFlight }), { factor: 1.25, inFlight })
    },
  },
  {
    name: 'subsets of 3, round-robin inside',
    group: 'around',
    expects: 'lots',
    input: 'hashKey',
    make: endpoints => subsets(endpoints, { size: 3, strategy: roundRobin }),
  },
  {
    name: 'sticky sessions, persistent',
    group: 'around',
    expects: 'stable',
    input: 'sessions',
    make: endpoints =>
      stickySessions(roundRobin(endpoints), { mode: 'persistent', sign, newKey: randomUUID, onFailure: 'stay' }),
  },
  aroundRoundRobin('slow start, nobody young', inner => slowStart(inner, { windowMs: 10_000, now })),
  aroundRoundRobin('avoid unhealthy, nobody ejected', inner =>
    avoidUnhealthy(inner, { sources: [], detector: outlierDetector({ now }) }),
  ),
  {
    ...aroundRoundRobin('avoid unhealthy, 5 % ejected', inner => avoidingSome(inner)),
    avoided: ejectedOf,
  },
  {
    name: 'the same around least-conn',
    group: 'around',
    expects: 'turns',
    avoided: ejectedOf,
    make: endpoints => avoidingSome(leastConn(endpoints)),
  },
  aroundRoundRobin('circuit breaker', inner => circuitBreaker(inner, { limits: highLimits, counts: localInFlight() })),
  aroundRoundRobin('retry budget', inner => retryBudget(inner, { counts: localInFlight() })),
]

const highLimits = { connections: 1_000_000, pending: 1_000_000, requests: 1_000_000 }

/** All of them, in the order of the table. */
export const ourCases: readonly CostCase[] = [...strategies, ...pieces].map(balancerCase)

function sign(text: string): string {
  return createHmac('sha256', 'a key of the benchmark').update(text).digest('base64url')
}

/** Every twentieth. */
function ejectedOf(endpoints: readonly Endpoint[]): ReadonlySet<string> {
  return new Set(endpoints.filter((_, index) => index % 20 === 7).map(({ key }) => key))
}

function avoidingSome(inner: Balancer<Endpoint>): Balancer<Endpoint> {
  const detector = outlierDetector({ now, settings: { baseEjectionMs: 1e9, maxEjectionMs: 1e9 } })
  const balancer = avoidUnhealthy(inner, { sources: [], detector })
  for (const key of ejectedOf(inner.endpoints)) eject(detector, key)
  return balancer
}

function eject(detector: OutlierDetector, key: string): void {
  for (let error = 0; error < 5; error += 1) detector.report(key, { outcome: 'failure', status: 503 })
}
