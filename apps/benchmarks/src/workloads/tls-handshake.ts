import { cpuMeter } from '../measure/cpu-meter.ts'
import { loadCore, runPinned } from '../measure/pinned-process.ts'
import type { LoadWorkload } from './workload.ts'

/**
 * Full handshakes by `openssl s_time`, which makes more of them a second than a client on Node.js could. It makes one after the
 * other, so CPU time says more here than handshakes a second.
 */
export const tlsHandshake: LoadWorkload = {
  kind: 'load',
  name: 'tls-handshake',
  shape: 'single',
  backend: 'web',
  processes: 'warm',
  about: 'full TLS 1.3 handshakes, one after the other',
  columns: [
    { figure: 'cpuUs', unit: 'µs CPU a handshake' },
    { figure: 'perSecond', unit: 'handshakes a second' },
  ],
  checks: [{ scheme: 'https', host: 'site.example', path: '/small' }],
  async run({ httpsPort, process }, { seconds }) {
    const spent = cpuMeter(process)
    const options = ['-connect', `127.0.0.1:${httpsPort}`, '-new', '-tls1_3', '-time', String(seconds)]
    const text = await runPinned(loadCore, ['openssl', 's_time', ...options])
    const [, requests, took] = (/(\d+) connections in (\d+) real seconds/.exec(text) ?? []).map(Number)
    if (requests === undefined || took === undefined) throw new Error(`openssl s_time said ${text.slice(-200)}`)
    return {
      requests,
      errors: requests === 0 ? 1 : 0,
      figures: { ...spent(requests), perSecond: requests / took },
    }
  },
}
