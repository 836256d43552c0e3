/** Which endpoint of a Service a request goes to when they differ: conditions, load and death. */

import { echoBackend, type EchoBackend } from '@ingresskit/testkit'
import { Agent, type ServerResponse } from 'node:http'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { eventually } from './command/support/eventually.ts'
import { ask } from './command/support/http-client.ts'
import { killCommands, startServe, type RunningServer } from './command/support/ingresskit-process.ts'
import { startLoad } from './command/support/keep-alive-load.ts'
import { manifestFolder, removeManifestFolders, service, type ManifestFolder } from './command/support/manifests.ts'
import { endpointSlice, ingressOf, serviceOf, terminatingConditions } from './support/kubernetes-objects.ts'

const host = 'web.test'
const notReady = { ready: false, serving: false, terminating: false }
let backends: readonly EchoBackend[]
/** Answers of requests for /held that wait for the test. */
let held: ServerResponse[]
let folder: ManifestFolder
let server: RunningServer

beforeAll(async () => {
  backends = await Promise.all(
    ['a', 'b', 'c'].map(name =>
      echoBackend({
        name,
        handle: (request, response) => {
          if (request.url !== '/held') return false
          held.push(response.setHeader('X-Backend', name))
          return true
        },
      }),
    ),
  )
  folder = await manifestFolder({ 'site.yaml': [ingressOf({ name: 'web', host, paths: [{ service: 'web' }] })] })
  server = await startServe(folder.path)
})
beforeEach(() => {
  held = []
})
afterAll(async () => {
  await killCommands()
  await removeManifestFolders()
  await Promise.all(backends.map(backend => backend.close()))
})

it('prefers ready endpoints, falls back to terminating ones that still serve, and never takes others', async () => {
  const write = async (states: readonly (typeof notReady | undefined)[]): Promise<void> =>
    folder.write('service.yaml', [
      serviceOf('web'),
      ...states.map((conditions, index) =>
        endpointSlice({ service: 'web', ports: { http: portOf(index) }, ...(conditions && { conditions }) }),
      ),
    ])
  await write([undefined, terminatingConditions, notReady])
  await eventually(() => expectReached('a'))
  await write([notReady, terminatingConditions, notReady])
  await eventually(() => expectReached('b'))
  await write([notReady, { ...terminatingConditions, serving: false }, notReady])
  await eventually(() => expectReached(503))
  await write([notReady, terminatingConditions, undefined])
  await eventually(() => expectReached('c'))
})

it('counts an endpoint once that two slices name, and takes conditions that are left out as ready', async () => {
  const bare = (sliceName: string, index: number): object => ({
    ...endpointSlice({ service: 'web', sliceName, ports: { http: portOf(index) } }),
    endpoints: [{ addresses: ['127.0.0.1'] }],
  })
  await folder.write('service.yaml', [serviceOf('web'), bare('one', 0), bare('one-again', 0), bare('two', 1)])
  await eventually(() => expectReached('a', 'b'))
  const shares = new Map<unknown, number>()
  for (let i = 0; i < 40; i++) {
    const name = await reached()
    shares.set(name, (shares.get(name) ?? 0) + 1)
  }
  expect(Math.abs((shares.get('a') ?? 0) - (shares.get('b') ?? 0))).toBeLessThanOrEqual(1)
})

it('sends new requests to the endpoints with fewer in flight under least-conn', async () => {
  await folder.write('service.yaml', service('web', [portOf(0), portOf(1), portOf(2)]))
  await folder.write('least.yaml', [
    ingressOf({
      name: 'least',
      host: 'least.test',
      paths: [{ service: 'web' }],
      annotations: { 'ingresskit.dev/load-balance': 'least-conn' },
    }),
  ])
  await eventually(async () => expect((await ask(server.http, '/', { host: 'least.test' })).status).toBe(200))
  const answers = []
  for (let i = 1; i <= 6; i++) {
    answers.push(ask(server.http, '/held', { host: 'least.test' }))
    await eventually(() => expect(held).toHaveLength(i))
  }
  const names = held.map(response => String(response.getHeader('X-Backend')))
  expect(names.slice(0, 3).toSorted()).toEqual(['a', 'b', 'c'])
  expect(names.slice(3).toSorted()).toEqual(['a', 'b', 'c'])
  // Both requests of `a` end: it has none, so the next two go there.
  for (const response of held) if (response.getHeader('X-Backend') === 'a') response.end()
  await Promise.all(answers.filter((_, index) => names[index] === 'a'))
  for (let i = 7; i <= 8; i++) {
    answers.push(ask(server.http, '/held', { host: 'least.test' }))
    await eventually(() => expect(held).toHaveLength(i))
  }
  expect(held.slice(6).map(response => response.getHeader('X-Backend'))).toEqual(['a', 'a'])
  for (const response of held) response.end()
  await Promise.all(answers)
  await folder.remove('least.yaml')
})

it('fails no GET when a pod dies under keep-alive load before its endpoint is taken away', async () => {
  const mortal = await echoBackend({ name: 'mortal' })
  await folder.write('service.yaml', service('web', [portOf(0), mortal.port, portOf(1)]))
  await eventually(() => expectReached('a', 'mortal', 'b'))
  const load = startLoad(server.http, { host, clients: 6, agent: { keepAlive: true, maxSockets: 1 } })
  await eventually(() => expect(load.finishedCount()).toBeGreaterThan(100))
  await mortal.close()
  const before = load.finishedCount()
  await eventually(() => expect(load.finishedCount()).toBeGreaterThan(before + 300))
  load.stop()
  await load.stopped
  expect(load.failures()).toEqual([])
})

it('keeps a client connection through every change of the endpoints', async () => {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  const ports = new Set<number | undefined>()
  agent.on('free', socket => ports.add(socket.localPort))
  for (const index of [0, 1, 2]) {
    await folder.write('service.yaml', service('web', [portOf(index)]))
    await eventually(async () => {
      const { headers } = await ask(server.http, '/', { host, agent })
      expect(headers['x-backend']).toBe(backends[index]?.name)
    })
  }
  agent.destroy()
  expect(ports.size).toBe(1)
})

async function reached(): Promise<unknown> {
  const { status, headers } = await ask(server.http, '/', { host })
  return status === 200 ? headers['x-backend'] : status
}

/** Fails unless twelve requests in a row reach exactly these backends, or get exactly this status. */
async function expectReached(...expected: readonly (string | number)[]): Promise<void> {
  const seen = new Set<string>()
  for (let i = 0; i < 12; i++) seen.add(String(await reached()))
  expect([...seen].toSorted()).toEqual(expected.map(String).toSorted())
}

function portOf(index: number): number {
  return backends[index]?.port ?? 0
}
