/** `serve --workers 2`: two threads that carry traffic by one configuration. */

import { certificateAuthority, echoBackend, type EchoBackend } from '@ingresskit/testkit'
import type { Agent } from 'node:http'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { eventually } from './command/support/eventually.ts'
import { ask } from './command/support/http-client.ts'
import { killCommands, startServe, type RunningServer } from './command/support/ingresskit-process.ts'
import { manifestFolder, removeManifestFolders, service, tlsSecret } from './command/support/manifests.ts'
import type { ManifestFolder } from './command/support/manifests.ts'
import { counterSum, parseMetrics } from './command/support/prometheus-text.ts'
import { ingressOf } from './support/kubernetes-objects.ts'
import { answeredBy } from './support/send-request.ts'
import { fingerprintOf, servedFingerprint } from './support/tls-handshake.ts'
import { workerConnections } from './support/worker-connections.ts'

const authority = certificateAuthority()
/** New connections that are enough for both workers to have had some, but for one run in 2^29. */
const manyConnections = 30

let folder: ManifestFolder
let server: RunningServer
let backends: readonly EchoBackend[]
let connections: ReadonlyMap<number, Agent>

beforeAll(async () => {
  backends = await Promise.all(['a', 'b'].map(name => echoBackend({ name })))
  folder = await manifestFolder({
    'services.yaml': backends.flatMap(({ name, port }) => service(name, [port])),
    'kept.yaml': [ingressOf({ name: 'kept', host: 'kept.test', paths: [{ service: 'a' }] })],
  })
  server = await startServe(folder.path, ['--workers', '2'])
  connections = await workerConnections(server, 2)
})
afterAll(async () => {
  for (const agent of connections.values()) agent.destroy()
  await killCommands()
  await removeManifestFolders()
  await Promise.all(backends.map(backend => backend.close()))
})

/** Which backend answers in each worker, on a connection of its own, or with which status. */
const answers = async (host: string): Promise<readonly (string | number)[]> =>
  Promise.all([...connections.values()].map(agent => answeredBy(server.http, { host, agent })))

it('spreads new connections over both workers, on the ports of the ready line', () => {
  expect(new Set(connections.keys())).toEqual(new Set([1, 2]))
})

it('makes an added, a changed and a removed Ingress live in both workers', async () => {
  await eventually(async () => expect(await answers('come.test')).toEqual([404, 404]))
  await folder.write('come.yaml', [ingressOf({ name: 'come', host: 'come.test', paths: [{ service: 'a' }] })])
  await eventually(async () => expect(await answers('come.test')).toEqual(['a', 'a']))
  await folder.write('come.yaml', [ingressOf({ name: 'come', host: 'come.test', paths: [{ service: 'b' }] })])
  await eventually(async () => expect(await answers('come.test')).toEqual(['b', 'b']))
  await folder.remove('come.yaml')
  await eventually(async () => expect(await answers('come.test')).toEqual([404, 404]))
  await eventually(async () => expect(await answers('kept.test')).toEqual(['a', 'a']))
})

it('makes changed endpoints live in both workers', async () => {
  const [a = 0, b = 0] = backends.map(({ port }) => port)
  await folder.write('services.yaml', service('a', [b]))
  await eventually(async () => expect(await answers('kept.test')).toEqual(['b', 'b']))
  await folder.write('services.yaml', [...service('a', [a]), ...service('b', [b])])
  await eventually(async () => expect(await answers('kept.test')).toEqual(['a', 'a']))
})

it('serves the same self-signed certificate everywhere, and a rotated Secret in both workers', async () => {
  const served = async (name?: string): Promise<ReadonlySet<string>> => {
    const fingerprints = new Set<string>()
    for (let count = 0; count < manyConnections; count++) fingerprints.add(await servedFingerprint(server.https, name))
    return fingerprints
  }
  expect((await served()).size).toBe(1)
  const site = { name: 'tls', host: 'tls.test', paths: [{ service: 'a' }] }
  await folder.write('tls.yaml', [ingressOf({ ...site, tls: [{ hosts: ['tls.test'], secretName: 'tls' }] })])
  for (const { certificatePem, privateKeyPem } of [
    authority.issue({ names: ['tls.test'] }),
    authority.issue({ names: ['tls.test'] }),
  ]) {
    await folder.write('secret.yaml', [tlsSecret('tls', { certificatePem, privateKeyPem })])
    await eventually(async () => expect([...(await served('tls.test'))]).toEqual([fingerprintOf(certificatePem)]))
  }
})

it('adds up what the workers counted, and what they have open', async () => {
  const metrics = async (): Promise<ReturnType<typeof parseMetrics>> =>
    parseMetrics((await ask(server.admin, '/metrics')).body)
  const sum = async (name: RegExp, labels = {}): Promise<number> => counterSum(await metrics(), name, labels)
  const before = await sum(/^ingresskit_requests_total$/, { ingress: 'kept' })
  for (let sent = 0; sent < 5; sent++)
    for (const agent of connections.values()) await ask(server.http, '/', { host: 'kept.test', agent })
  expect(await sum(/^ingresskit_requests_total$/, { ingress: 'kept' })).toBe(before + 10)
  expect((await metrics()).problems).toEqual([])
  expect(await sum(/^ingresskit_worker_restarts_total$/)).toBe(0)
  // One kept connection in each worker; those of other tests are closed.
  await eventually(async () => expect(await sum(/^ingresskit_connections$/)).toBe(2))
})

it('writes whole log lines, whichever worker they are of', () => {
  const lines = server.output().trimEnd().split('\n')
  expect(lines.length).toBeGreaterThan(2)
  for (const line of lines) expect(JSON.parse(line)).toMatchObject({ level: expect.any(String) as string })
})
