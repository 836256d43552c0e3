/** What happens when a worker thread ends: the others go on, another takes its place, and no count falls. */

import { echoBackend, type EchoBackend } from '@ingresskit/testkit'
import { Agent } from 'node:http'
import type { ServerResponse } from 'node:http'
import type { Worker } from 'node:worker_threads'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { Controller } from '../src/controller.ts'
import { eventually } from './command/support/eventually.ts'
import { ask } from './command/support/http-client.ts'
import { startLoad } from './command/support/keep-alive-load.ts'
import { manifestFolder, removeManifestFolders, service, type ManifestFolder } from './command/support/manifests.ts'
import { counterSum, parseMetrics } from './command/support/prometheus-text.ts'
import { inProcessController, type InProcessController } from './support/in-process-controller.ts'
import { ingressOf } from './support/kubernetes-objects.ts'
import { answeredBy } from './support/send-request.ts'

let backend: EchoBackend
let folder: ManifestFolder
let running: InProcessController
let controller: Controller
let held: ServerResponse[]
let agents: Agent[]

beforeEach(async () => {
  held = []
  agents = []
  backend = await echoBackend({
    name: 'web',
    handle: (request, response) => {
      if (request.url !== '/held') return false
      held.push(response)
      return true
    },
  })
  folder = await manifestFolder({
    'site.yaml': [
      ...service('web', [backend.port]),
      ingressOf({ name: 'site', host: 'site.test', paths: [{ service: 'web' }] }),
    ],
  })
  running = inProcessController({ manifests: folder.path, workers: 2 })
  controller = await running.controller
})
afterEach(async () => {
  for (const agent of agents) agent.destroy()
  for (const response of held) response.destroy()
  await controller.stop()
  await removeManifestFolders()
  await backend.close()
})

const site = { host: 'site.test' } as const
const metric = async (name: RegExp): Promise<number> => {
  const { problems, ...metrics } = parseMetrics((await ask(controller.ports.admin, '/metrics')).body)
  expect(problems).toEqual([])
  return counterSum({ problems, ...metrics }, name, {})
}
const requestsTotal = async (): Promise<number> => metric(/^ingresskit_requests_total$/)
const thread = (index: number): Worker => {
  const found = running.threads[index]
  if (found === undefined) throw new Error(`no thread was started as number ${index}`)
  return found
}
/** Makes it throw an error that nobody catches. */
const breakThread = (index: number): void => thread(index).postMessage({ fault: 'injected fault' }, [])
const replacedCount = (): number => running.logLines.filter(({ msg }) => String(msg).endsWith('was replaced')).length
const replaced = async (count: number): Promise<void> => eventually(() => expect(replacedCount()).toBe(count))

/** Kept connections that live through the end of the first thread: those of the second. */
async function connectionsOfOther(endFirst: () => Promise<unknown>): Promise<readonly Agent[]> {
  agents = Array.from({ length: 20 }, () => new Agent({ keepAlive: true, maxSockets: 1 }))
  const closed = new Set<Agent>()
  for (const agent of agents) {
    agent.once('free', socket => socket.once('close', () => closed.add(agent)))
    await ask(controller.ports.http, '/', { ...site, agent })
  }
  await endFirst()
  await eventually(() => expect(closed.size).toBeGreaterThan(0))
  return agents.filter(agent => !closed.has(agent))
}

it('goes on in the other worker, replaces the one that ended, and gives the new one what changed since', async () => {
  await folder.write('later.yaml', [ingressOf({ name: 'later', host: 'later.test', paths: [{ service: 'web' }] })])
  await eventually(async () => expect(await answeredBy(controller.ports.http, { host: 'later.test' })).toBe('web'))
  const survivors = await connectionsOfOther(() => thread(0).terminate())
  expect(survivors.length).toBeGreaterThan(0)
  for (const agent of survivors) expect((await ask(controller.ports.http, '/', { ...site, agent })).status).toBe(200)
  await replaced(1)
  expect(running.threads).toHaveLength(3)
  expect(await metric(/^ingresskit_worker_restarts_total$/)).toBe(1)
  // The one that was there all the time ends now: whatever is answered comes from the replacement.
  await thread(1).terminate()
  await eventually(async () => expect(await answeredBy(controller.ports.http, { host: 'later.test' })).toBe('web'))
})

it('says which worker ended, and why', async () => {
  breakThread(1)
  await replaced(1)
  const line = running.logLines.find(({ reason }) => reason === 'injected fault')
  expect(line).toMatchObject({ level: 50, worker: 2, delayMs: 0 })
})

it('never lets a counter fall: what a worker counted that died of an error stays, to the last request', async () => {
  for (let sent = 0; sent < 20; sent++) await ask(controller.ports.http, '/', site)
  for (const index of [0, 1]) {
    breakThread(index)
    await replaced(index + 1)
    expect(await requestsTotal()).toBe(20)
  }
})

it('keeps what was last known of a worker that was ended from outside', async () => {
  for (let sent = 0; sent < 20; sent++) await ask(controller.ports.http, '/', site)
  expect(await requestsTotal()).toBe(20)
  await thread(0).terminate()
  const seen: number[] = []
  await eventually(async () => {
    seen.push(await requestsTotal())
    expect(replacedCount()).toBe(1)
  })
  seen.push(await requestsTotal())
  expect(new Set(seen)).toEqual(new Set([20]))
})

it('takes off the requests in flight of the worker that ended, and no others', async () => {
  const inFlight = async (): Promise<number> => metric(/^ingresskit_endpoint_requests_in_flight$/)
  const answers = Array.from({ length: 20 }, () => ask(controller.ports.http, '/held', site))
  const outcomes = Promise.allSettled(answers)
  await eventually(() => expect(held).toHaveLength(20))
  expect(await inFlight()).toBe(20)
  await thread(0).terminate()
  await replaced(1)
  const left = await inFlight()
  for (const response of held.splice(0)) response.end('done')
  const finished = (await outcomes).filter(({ status }) => status === 'fulfilled').length
  expect(left).toBe(finished)
  expect(finished).toBeLessThan(20)
  await eventually(async () => expect(await inFlight()).toBe(0))
})

it('loses no request on connections of the others under load, and drains with the replacement', async () => {
  const survivors = await connectionsOfOther(() => thread(0).terminate())
  let asked = 0
  const failures: unknown[] = []
  const client = async (agent: Agent): Promise<void> => {
    for (let sent = 0; sent < 30; sent++) {
      await ask(controller.ports.http, '/', { ...site, agent }).catch((error: unknown) => failures.push(error))
      asked += 1
    }
  }
  await Promise.all(survivors.map(client))
  expect([asked, failures]).toEqual([survivors.length * 30, []])
  await replaced(1)
  const load = startLoad(controller.ports.http, { ...site, clients: 4, agent: { keepAlive: true, maxSockets: 1 } })
  await eventually(() => expect(load.finishedCount()).toBeGreaterThan(100))
  expect(await controller.stop()).toEqual({ cut: 0 })
  await load.stopped
  expect(load.failures()).toEqual([])
})
