/** A thousand hosts beside one of them alone, so that what the number of hosts costs shows in one round. */

import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Contestant, hostCount, hostOf, paths } from '../contestants/contestant.ts'
import { cpuMeter } from '../measure/cpu-meter.ts'
import { wrk } from '../measure/wrk.ts'
import type { LoadWorkload, RoundOptions, Sample } from './workload.ts'

/** Requests that take turns over all hosts and paths; `overSingle` is their CPU time over that of one host's requests. */
export const manyHosts: LoadWorkload = {
  kind: 'load',
  name: 'many-hosts',
  shape: 'many-hosts',
  backend: 'web',
  processes: 'warm',
  about: '100-byte answers from 1,000 hosts with three paths each',
  columns: [
    { figure: 'cpuUs', unit: 'µs CPU a request' },
    { figure: 'perSecond', unit: 'requests a second' },
    { figure: 'overSingle', unit: '× one host alone' },
  ],
  checks: [0, 1, hostCount / 2, hostCount - 1].flatMap(at =>
    paths.map(path => ({ scheme: 'http', host: hostOf(at), path }) as const),
  ),
  async run(contestant, options) {
    const single = await ask(contestant, options, 1)
    const many = await ask(contestant, options, hostCount)
    const overSingle = (many.figures['cpuUs'] ?? 0) / (single.figures['cpuUs'] ?? 0)
    return {
      requests: many.requests + single.requests,
      errors: many.errors + single.errors,
      figures: { ...many.figures, overSingle },
    }
  },
}

async function ask({ httpPort, process }: Contestant, options: RoundOptions, hosts: number): Promise<Sample> {
  const script = join(options.folder, `hosts-${hosts}.lua`)
  await writeFile(script, scriptOver(hosts))
  const spent = cpuMeter(process)
  const load = { url: `http://127.0.0.1:${httpPort}/`, seconds: options.seconds, connections: 64, script }
  const { requests, errors, seconds } = await wrk(load)
  return { requests, errors, figures: { ...spent(requests), perSecond: requests / seconds } }
}

/** Every request is made before, so that both scripts cost wrk the same. */
function scriptOver(hosts: number): string {
  return `
local paths = { ${paths.map(path => `"${path}"`).join(', ')} }
local requests, at = {}, 0
init = function()
  for host = 0, ${hosts - 1} do
    for _, path in ipairs(paths) do
      wrk.headers["Host"] = "host-" .. host .. ".example"
      requests[#requests + 1] = wrk.format("GET", path)
    end
  end
end
request = function()
  at = at % #requests + 1
  return requests[at]
end
`
}
