/** The program of a worker thread, with faults that a test asks for: a message `{ fault }` throws it, uncaught. */

import { parentPort, workerData } from 'node:worker_threads'
import '../../src/workers/traffic-worker.ts'

const { failsAtStart } = workerData as { readonly failsAtStart?: string }
if (failsAtStart !== undefined) throw new Error(failsAtStart)
parentPort?.on('message', (message: { readonly fault?: string }) => {
  if (message.fault !== undefined) throw new Error(message.fault)
})
