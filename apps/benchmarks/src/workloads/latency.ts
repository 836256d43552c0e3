import { type ClientResult, startClient } from '../measure/client.ts'
import type { LoadWorkload } from './workload.ts'

const rate = 2000
/** Fewer would leave too few requests beyond the 99th percentile. */
const leastSeconds = 5

/**
 * Latencies at a fixed rate, by an open-loop client. The backend is asked directly just before, at the same rate: the difference is
 * what the contestant adds, and the rest is the load's own.
 */
export const latency: LoadWorkload = {
  kind: 'load',
  name: 'latency',
  shape: 'single',
  backend: 'web',
  processes: 'warm',
  about: `100-byte answers at ${rate.toLocaleString('en')} requests a second; added = beyond the backend asked directly`,
  columns: [
    { figure: 'addedP50Ms', unit: 'ms added, median' },
    { figure: 'addedP99Ms', unit: 'ms added, p99' },
    { figure: 'p50Ms', unit: 'ms in all, median' },
    { figure: 'p99Ms', unit: 'ms in all, p99' },
    { figure: 'lateP99Ms', unit: 'ms of them the load was late, p99' },
  ],
  checks: [{ scheme: 'http', host: 'site.example', path: '/small' }],
  async run({ httpPort }, { seconds, scale, backendPort }) {
    const length = scale === 'quick' ? seconds : Math.max(seconds, leastSeconds)
    const direct = await measure(backendPort, length)
    const {
      requests,
      errors,
      p50Ms = Number.NaN,
      p99Ms = Number.NaN,
      lateP99Ms = Number.NaN,
    } = await measure(httpPort, length)
    const { p50Ms: directP50Ms = Number.NaN, p99Ms: directP99Ms = Number.NaN } = direct
    return {
      requests,
      errors: errors + direct.errors,
      figures: {
        p50Ms,
        p99Ms,
        directP50Ms,
        directP99Ms,
        lateP99Ms,
        addedP50Ms: p50Ms - directP50Ms,
        addedP99Ms: p99Ms - directP99Ms,
      },
    }
  },
}

async function measure(port: number, seconds: number): Promise<ClientResult> {
  const client = startClient('open-loop-client', [port, seconds, rate])
  const result = await client.result()
  await client.stop()
  return result
}
