/** The decorators that limit or direct picks keep the contract of what they wrap. */

import { circuitBreaker } from '../src/circuit-breaker.ts'
import { localInFlight } from '../src/in-flight.ts'
import { leastConn } from '../src/least-conn.ts'
import { retryBudget } from '../src/retry-budget.ts'
import { ringHash } from '../src/ring-hash.ts'
import { roundRobin } from '../src/round-robin.ts'
import { stickySessions } from '../src/sticky-sessions.ts'
import { type BalancerCapabilities, describeBalancer } from './balancer-contract.ts'
import { countingKeys, sign } from './sessions.ts'

const byTurns: BalancerCapabilities = {
  reachesAll: true,
  honoursStart: true,
  sharesFairly: true,
  goesByLoad: 'the wrapped strategy does not look at load',
  learnsLatency: 'the wrapped strategy does not look at latency',
}
const limits = { connections: 10_000, pending: 10_000, requests: 10_000 }

describeBalancer(
  'circuit breaker around round-robin',
  (endpoints, options) => circuitBreaker(roundRobin(endpoints, options), { limits, counts: localInFlight() }),
  byTurns,
)

describeBalancer(
  'retry budget around round-robin',
  (endpoints, options) => retryBudget(roundRobin(endpoints, options), { counts: localInFlight() }),
  byTurns,
)

describeBalancer(
  'persistent sessions around round-robin',
  (endpoints, options) =>
    stickySessions(roundRobin(endpoints, options), {
      mode: 'persistent',
      sign,
      newKey: countingKeys(),
      onFailure: 'stay',
    }),
  byTurns,
)

describeBalancer(
  'balanced sessions around ring-hash',
  (endpoints, options) =>
    stickySessions(ringHash(endpoints, options), { mode: 'balanced', sign, newKey: countingKeys(), onFailure: 'move' }),
  {
    ...byTurns,
    reachesAll: 'every client without a session has a new key; the fair shares over many requests cover it',
    honoursStart: 'a client without a session has a key to hash',
  },
)

describeBalancer(
  'retry budget around a circuit breaker around persistent sessions around least-conn',
  (endpoints, options) => {
    const counts = localInFlight()
    const session = { mode: 'persistent', sign, newKey: countingKeys(), onFailure: 'move' } as const
    const sticky = stickySessions(leastConn(endpoints, options), session)
    return retryBudget(circuitBreaker(sticky, { limits, counts }), { counts })
  },
  { ...byTurns, goesByLoad: true },
)
