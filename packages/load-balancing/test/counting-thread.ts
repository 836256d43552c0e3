/** A thread that starts and ends many requests, each on the endpoint that least-conn picks, and says how it went. */

import { parentPort, workerData } from 'node:worker_threads'
import { leastConn } from '../src/least-conn.ts'
import { sharedInFlight, type SharedInFlightMemory, type SlotChange } from '../src/shared-in-flight.ts'

/** What a thread is started with. */
export interface CountingTask {
  readonly memory: SharedInFlightMemory
  readonly change: SlotChange
  readonly thread: number
  readonly keys: readonly string[]
  readonly requests: number
  /** How many of them are left in flight at the end. */
  readonly left: number
}

const { memory, change, thread, keys, requests, left } = workerData as CountingTask
const inFlight = sharedInFlight(memory, thread)
inFlight.apply(change)
const balancer = leastConn(
  keys.map(key => ({ key })),
  { inFlight },
)
const open: { readonly key: string }[] = []
for (let request = 0; request < requests; request += 1) {
  const result = balancer.pick({})
  if (result.kind !== 'picked') throw new Error('nothing was picked')
  balancer.started(result.endpoint)
  open.push(result.endpoint)
  if (open.length > left) balancer.finished(open.shift() ?? { key: '' }, { outcome: 'success' })
}
const counts = Object.fromEntries(keys.map(key => [key, open.filter(endpoint => endpoint.key === key).length]))
parentPort?.postMessage(counts, [])
