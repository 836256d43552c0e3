import { boundedLoads } from '../src/bounded-loads.ts'
import { localInFlight } from '../src/in-flight.ts'
import { leastConn } from '../src/least-conn.ts'
import { maglev } from '../src/maglev.ts'
import { rendezvous } from '../src/rendezvous.ts'
import { ringHash } from '../src/ring-hash.ts'
import { subsets } from '../src/subsets.ts'
import { type BalancerCapabilities, describeBalancer } from './balancer-contract.ts'

const bounded: BalancerCapabilities = {
  reachesAll: true,
  honoursStart: true,
  sharesFairly: true,
  goesByLoad: true,
  learnsLatency: 'it does not look at latency',
}
const inSubsets: BalancerCapabilities = {
  ...bounded,
  sharesFairly: 'endpoints that fill up the last subset get more, and weights count inside a subset only',
  goesByLoad: 'it does not look at the load of other subsets',
}

for (const [name, strategy] of [
  ['ring-hash', ringHash],
  ['maglev', maglev],
  ['rendezvous', rendezvous],
] as const) {
  describeBalancer(
    `bounded loads over ${name}`,
    (endpoints, options = {}) => {
      const inFlight = options.inFlight ?? localInFlight()
      return boundedLoads(strategy(endpoints, { ...options, inFlight }), { factor: 1.25, inFlight })
    },
    bounded,
  )
}

describeBalancer(
  'subsets with least-conn inside',
  (endpoints, options) => subsets(endpoints, { ...options, strategy: leastConn }),
  inSubsets,
)
describeBalancer(
  'subsets of two with ring-hash inside',
  (endpoints, options) => subsets(endpoints, { ...options, size: 2, strategy: ringHash }),
  inSubsets,
)
