import { startClient } from '../measure/client.ts'
import { settledMemory } from '../measure/settled-memory.ts'
import type { LoadWorkload } from './workload.ts'

/** Opened before the count begins: what a process needs once is not a connection's. */
const earlierConnections = 1000

/** Memory of a connection that has had one answer and waits for its next request. */
export const idleConnections: LoadWorkload = {
  kind: 'load',
  name: 'idle-connections',
  shape: 'single',
  backend: 'web',
  processes: 'fresh',
  about: '5,000 connections that asked once and wait',
  columns: [{ figure: 'bytesEach', unit: 'bytes of memory a connection' }],
  checks: [{ scheme: 'http', host: 'site.example', path: '/small' }],
  async run({ httpPort, process }, { scale }) {
    const count = scale === 'quick' ? 500 : 5000
    const client = startClient('idle-client', [httpPort])
    client.send(earlierConnections)
    const first = await client.result()
    const before = await settledMemory(process)
    client.send(count)
    const { errors } = await client.result()
    const after = await settledMemory(process)
    await client.stop()
    return {
      requests: first.requests + count,
      errors,
      figures: { bytesEach: (after - before) / count, megabytes: after / 1024 / 1024 },
    }
  },
}
