/** The balancers that the simulation compares: each strategy, and what stands around it. */

import {
  avoidUnhealthy,
  type Balancer,
  boundedLoads,
  createBalancer,
  type Endpoint,
  localInFlight,
  outlierDetector,
  retryBudget,
  slowStart,
  strategyNames,
} from '@ingresskit/load-balancing'
import type { Surroundings } from './simulate.ts'

/** One line of a table. */
export interface Contestant {
  readonly name: string
  /** Only hash strategies get hash keys: `slowStart` goes by them, whatever the strategy does. */
  readonly hashKeys: 'given' | 'none'
  build(endpoints: readonly Endpoint[], surroundings: Surroundings): Balancer<Endpoint>
}

/** Pieces around the strategies; one table each. */
export interface Pieces {
  readonly title: string
  readonly maxAttempts: number
  around(strategy: Balancer<Endpoint>, surroundings: Surroundings): Balancer<Endpoint>
}

const slowStartWindowMs = 10_000
const boundFactor = 1.25

/** All strategies in the order of `strategyNames`, the hash ones with bounded loads too. */
export const contestants: readonly Contestant[] = strategyNames.flatMap((name): readonly Contestant[] => {
  const isHashing = name === 'ring-hash' || name === 'maglev' || name === 'rendezvous'
  const plain: Contestant = {
    name,
    hashKeys: isHashing ? 'given' : 'none',
    build: (endpoints, surroundings) => createBalancer(name, endpoints, surroundings),
  }
  if (!isHashing) return [plain]
  const bounded: Contestant = {
    name: `${name}, bounded`,
    hashKeys: 'given',
    build(endpoints, surroundings) {
      const inFlight = localInFlight()
      const inner = createBalancer(name, endpoints, { ...surroundings, inFlight })
      return boundedLoads(inner, { factor: boundFactor, inFlight })
    },
  }
  return [plain, bounded]
})

/** From nothing to everything; the order of nesting is that of the controller. */
export const pieces: readonly Pieces[] = [
  { title: 'The strategy alone', maxAttempts: 1, around: strategy => strategy },
  {
    title: `With slow start (${slowStartWindowMs / 1000} s)`,
    maxAttempts: 1,
    around: (strategy, { now, random }) => slowStart(strategy, { windowMs: slowStartWindowMs, now, random }),
  },
  { title: "With outlier ejection (Envoy's defaults)", maxAttempts: 1, around: ejecting },
  {
    title: 'With retries (3 attempts, the budget of 20 %)',
    maxAttempts: 3,
    around: strategy => retryBudget(strategy, { counts: localInFlight() }),
  },
  {
    title: 'With slow start, outlier ejection and retries',
    maxAttempts: 3,
    around(strategy, surroundings) {
      const { now, random } = surroundings
      const warming = slowStart(strategy, { windowMs: slowStartWindowMs, now, random })
      return retryBudget(ejecting(warming, surroundings), { counts: localInFlight() })
    },
  },
]

function ejecting(strategy: Balancer<Endpoint>, { now }: Surroundings): Balancer<Endpoint> {
  return avoidUnhealthy(strategy, { sources: [], detector: outlierDetector({ now }) })
}
