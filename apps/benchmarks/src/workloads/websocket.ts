import { startClient } from '../measure/client.ts'
import { cpuMeter } from '../measure/cpu-meter.ts'
import type { LoadWorkload } from './workload.ts'

const connections = 32

/** Messages and their echoes; client and echo are ours, made with ws. */
export const webSocket: LoadWorkload = {
  kind: 'load',
  name: 'websocket',
  shape: 'single',
  backend: 'web',
  processes: 'warm',
  checks: [],
  about: `100-byte messages to and fro over ${connections} WebSockets`,
  columns: [
    { figure: 'cpuUs', unit: 'µs CPU a message and its echo' },
    { figure: 'perSecond', unit: 'echoes a second' },
  ],
  without: { undici: 'it has no upgrade' },
  async run({ httpPort, process }, { seconds }) {
    const client = startClient('websocket-client', [httpPort, seconds, connections])
    const spent = cpuMeter(process)
    const { requests, errors, seconds: took } = await client.result()
    const figures = { ...spent(requests), perSecond: requests / took }
    await client.stop()
    return { requests, errors, figures }
  },
}
