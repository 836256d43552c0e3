/**
 * How fast a configuration is live: the first load, and one changed Ingress among many.
 *
 * Method. N Ingresses with three paths each lie in a folder, one file each. The load is timed from the start of the process to its
 * `ready` line. Then one Ingress at a time, spread over all of them, gets one path more: its file is written beside and renamed over
 * the old one, and from that moment the new path is asked for over a kept-alive connection, again and again, until it is answered
 * 200 by the backend. What is reported is the time from the rename to that answer, so it includes file notification,
 * parsing, translation, publishing and one proxied request.
 *
 * Usage: node apps/benchmarks/src/reconfiguration.ts [--output FILE]
 */
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { Agent, createServer, get } from 'node:http'
import type { AddressInfo } from 'node:net'
import { arch, cpus, platform } from 'node:os'
import { parseArgs } from 'node:util'
import { startController } from './controller-process.ts'
import { hostOf, pathsPerIngress, writeManifests } from './manifest-set.ts'

interface Outcome {
  readonly ingresses: number
  readonly paths: number
  readonly readyMs: number
  readonly changes: number
  readonly liveMs: { readonly min: number; readonly median: number; readonly p95: number; readonly max: number }
}

const sizes = [1000, 10_000] as const
const changes = 40
const patienceMs = 30_000

const { values } = parseArgs({ options: { output: { type: 'string' } } })
const backend = createServer((_request, response) => response.end('backend'))
backend.listen(0, '127.0.0.1')
await once(backend, 'listening')
const agent = new Agent({ keepAlive: true, maxSockets: 1 })

const outcomes: Outcome[] = []
for (const size of sizes) {
  process.stderr.write(`${size} Ingresses: writing\n`)
  const manifests = await writeManifests(size, (backend.address() as AddressInfo).port)
  const controller = await startController(manifests.folder)
  process.stderr.write(
    `${size} Ingresses: ready after ${controller.readyMs.toFixed(0)} ms, changing ${changes} of them\n`,
  )
  await check(controller.httpPort, size)
  const times: number[] = []
  for (let round = 0; round < changes; round += 1) {
    const index = Math.floor((round * size) / changes)
    const path = `/live-${round}`
    await manifests.change(index, path)
    times.push(await untilLive(controller.httpPort, index, path))
  }
  await controller.stop()
  await manifests.remove()
  outcomes.push({
    ingresses: size,
    paths: size * pathsPerIngress,
    readyMs: round1(controller.readyMs),
    changes,
    liveMs: spread(times),
  })
}
agent.destroy()
backend.close()

const report = {
  measuredAt: new Date().toISOString(),
  node: process.version,
  cpu: cpus()[0]?.model ?? '',
  cores: cpus().length,
  platform: `${platform()} ${arch()}`,
  outcomes,
}
for (const { ingresses, readyMs, liveMs } of outcomes) {
  process.stdout.write(
    `${ingresses} Ingresses: ready ${readyMs} ms; a change is live after ${liveMs.median} ms (median), ${liveMs.p95} ms (p95), ${liveMs.max} ms (max)\n`,
  )
}
if (values.output !== undefined) await writeFile(values.output, `${JSON.stringify(report, null, 2)}\n`)

/** The figures mean something only if the table is right: the first and last Ingress answer, an unknown path does not. */
async function check(port: number, size: number): Promise<void> {
  for (const [index, path, expected] of [
    [0, '/path-0', 200],
    [size - 1, '/path-2', 200],
    [0, '/live-0', 404],
  ] as const) {
    const status = await ask(port, index, path)
    if (status !== expected) throw new Error(`${hostOf(index)}${path} answered ${status} instead of ${expected}`)
  }
}

async function untilLive(port: number, index: number, path: string): Promise<number> {
  const since = performance.now()
  while (performance.now() - since < patienceMs)
    if ((await ask(port, index, path)) === 200) return performance.now() - since
  throw new Error(`${hostOf(index)}${path} was not live after ${patienceMs} ms`)
}

async function ask(port: number, index: number, path: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const request = get({ host: '127.0.0.1', port, path, agent, headers: { host: hostOf(index) } }, response => {
      response.resume()
      response.once('end', () => resolve(response.statusCode ?? 0))
    })
    request.once('error', reject)
  })
}

function spread(times: readonly number[]): Outcome['liveMs'] {
  const sorted = times.toSorted((a, b) => a - b)
  const at = (share: number): number =>
    round1(sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0)
  return { min: at(0), median: at(0.5), p95: at(0.95), max: at(1) }
}

function round1(value: number): number {
  return Math.round(value * 10) / 10
}
