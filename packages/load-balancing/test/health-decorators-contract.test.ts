import { avoidUnhealthy } from '../src/avoid-unhealthy.ts'
import type { Balancer, Endpoint } from '../src/balancer.ts'
import type { BalancerOptions } from '../src/balancer-options.ts'
import { createBalancer, type StrategyName } from '../src/create-balancer.ts'
import { healthCheckDefaults } from '../src/health-check-settings.ts'
import { healthCheckState } from '../src/health-check-state.ts'
import { outlierDetector } from '../src/outlier-detector.ts'
import { slowStart } from '../src/slow-start.ts'
import { type BalancerCapabilities, describeBalancer } from './balancer-contract.ts'

const now = (): number => 0

const turns = {
  reachesAll: true,
  honoursStart: true,
  sharesFairly: true,
  goesByLoad: 'the strategy does not look at load',
  learnsLatency: 'the strategy does not look at latency',
} as const
const strategies: Readonly<Partial<Record<StrategyName, BalancerCapabilities>>> = {
  'round-robin': turns,
  'least-conn': { ...turns, goesByLoad: true },
  'peak-ewma': {
    reachesAll: 'the strategy draws at random',
    honoursStart: 'the strategy draws at random',
    sharesFairly: true,
    goesByLoad: true,
    learnsLatency: true,
  },
  'ring-hash': turns,
}

type Decorate = <E extends Endpoint>(balancer: Balancer<E>) => Balancer<E>

/** Each look at this clock is longer after the last one than anybody is young. */
const hastyClock = (): (() => number) => {
  let at = 0
  return () => {
    at += 10_000
    return at
  }
}

const whenNobodyIsYoung: Decorate = balancer => slowStart(balancer, { windowMs: 1_000, now: hastyClock() })

const whenNobodyIsUnhealthy: Decorate = balancer => {
  const detector = outlierDetector({ settings: { successRateMinimumHosts: 0 }, now })
  return avoidUnhealthy(balancer, { sources: [healthCheckState(healthCheckDefaults)], detector })
}

/** A source that calls all keys of the suite unhealthy. */
const doomsayer = {
  unhealthy: (
    (all: ReadonlySet<string>) => () =>
      all
  )(new Set('abcdefgh')),
}

const inPanic: Decorate = balancer => avoidUnhealthy(balancer, { sources: [doomsayer] })

const together: Decorate = balancer => whenNobodyIsUnhealthy(whenNobodyIsYoung(balancer))

const decorations: Readonly<Record<string, Decorate>> = {
  'slow start when nobody is young': whenNobodyIsYoung,
  'avoiding unhealthy endpoints when nobody is': whenNobodyIsUnhealthy,
  'avoiding unhealthy endpoints in a panic': inPanic,
}

const strategyOf =
  (strategy: StrategyName, decorate: Decorate) =>
  <E extends Endpoint>(endpoints: readonly E[], options?: BalancerOptions): Balancer<E> =>
    decorate(createBalancer(strategy, endpoints, { now, ...options }))

for (const [title, decorate] of Object.entries(decorations)) {
  describeBalancer(`round-robin with ${title}`, strategyOf('round-robin', decorate), turns)
}

for (const [strategy, capabilities] of Object.entries(strategies)) {
  const name = `${strategy} with health and slow start together`
  describeBalancer(name, strategyOf(strategy as StrategyName, together), capabilities)
}

describeBalancer(
  'round-robin with slow start while whoever joined is young',
  strategyOf('round-robin', balancer => slowStart(balancer, { windowMs: 1_000, now })),
  {
    ...turns,
    reachesAll: 'a young endpoint gets less than its share',
    sharesFairly: 'a young endpoint gets less than its share',
  },
)
