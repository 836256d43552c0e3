import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'

const program = fileURLToPath(new URL('../scale.ts', import.meta.url))

it('measures every phase of a small cluster, with the controller from its sources', { timeout: 180_000 }, async () => {
  // Rejects with both outputs when the status is not 0: then a request or a probe was answered wrongly.
  const { stdout } = await promisify(execFile)(process.execPath, [program, '--small', '--sources'])
  for (const phase of ['idle', 'events', 'traffic', 'events and traffic', 'events and probes'])
    expect(stdout).toMatch(new RegExp(`^\\| ${phase} \\|( [\\d.]+ \\|){5} \\d+ MB \\|`, 'm'))
  expect(stdout).toMatch(/^\| EndpointSlice, while events arrive \| [1-9]/m)
  expect(stdout).toMatch(/^\| Ingress, while events arrive \| [1-9]/m)
  expect(stdout).not.toMatch(/NaN|undefined/)
})
