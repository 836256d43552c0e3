import { wrk } from '../measure/wrk.ts'
import type { LoadWorkload } from './workload.ts'

/** Whether memory grows under load: after 20 s at full speed, over what it was after 2 s. */
export const memory: LoadWorkload = {
  kind: 'load',
  name: 'memory',
  shape: 'single',
  backend: 'web',
  processes: 'fresh',
  about: 'memory after 20 s at full speed over memory after 2 s',
  columns: [
    { figure: 'growth', unit: '× its start' },
    { figure: 'megabytes', unit: 'MB after 20 s' },
  ],
  checks: [{ scheme: 'http', host: 'site.example', path: '/small' }],
  async run({ httpPort, process }, { scale }) {
    const url = `http://127.0.0.1:${httpPort}/small`
    const load = { url, connections: 64, headers: ['Host: site.example'] }
    const first = await wrk({ ...load, seconds: 2 })
    const before = process.memoryBytes()
    const second = await wrk({ ...load, seconds: scale === 'quick' ? 2 : 18 })
    const after = process.memoryBytes()
    return {
      requests: first.requests + second.requests,
      errors: first.errors + second.errors,
      figures: { growth: after / before, megabytes: after / 1024 / 1024 },
    }
  },
}
