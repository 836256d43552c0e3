/** A worker thread that writes lines to a shared descriptor and says how many it dropped. */

import { once } from 'node:events'
import { parentPort, workerData } from 'node:worker_threads'
import { accessLog } from '../../src/access-log.ts'
import { servedRequest } from './request-records.ts'

/** What such a thread is told. */
export interface WriterData {
  readonly fd: number
  readonly name: string
  readonly lines: number
}

const { fd, name, lines } = workerData as WriterData
let dropped = 0
const log = accessLog({
  fd,
  now: () => 0,
  onDropped: count => {
    dropped += count
  },
})
// All threads write at the same time.
parentPort?.postMessage('up', [])
if (parentPort !== null) await once(parentPort, 'message')
for (let index = 0; index < lines; index += 1) {
  log.record({ ...servedRequest, requestId: `${name}-${index}`, path: `/${'x'.repeat(index % 700)}` })
  if (index % 50 === 0) await new Promise(resolve => setImmediate(resolve))
}
await log.close()
parentPort?.postMessage(dropped, [])
