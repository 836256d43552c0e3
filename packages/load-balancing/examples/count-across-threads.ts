// Two threads count in the same memory: what one has in flight, the other one avoids. Both are played by one thread here.
import { leastConn, sharedInFlight, sharedInFlightSlots } from '@ingresskit/load-balancing'

const endpoints = [{ key: '10.0.0.1:80' }, { key: '10.0.0.2:80' }]
const slots = sharedInFlightSlots({ threads: 2 })
const change = slots.assign(
  endpoints.map(({ key }) => key),
  { revision: 1, seenByAll: 0 },
)

// `slots.memory` and `change` may be posted to a worker thread as they are.
const [first, second] = [0, 1].map(thread => {
  const inFlight = sharedInFlight(slots.memory, thread)
  if (change !== undefined) inFlight.apply(change)
  return leastConn(endpoints, { inFlight })
})

first?.started({ key: '10.0.0.1:80' })
const result = second?.pick({})
console.log(result?.kind === 'picked' ? result.endpoint.key : 'nothing')
// prints: 10.0.0.2:80
