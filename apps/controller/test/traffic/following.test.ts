/** What changes of the manifests do to traffic that is running: routes, endpoints and certificates. */

import { certificateAuthority, echoBackend, rawClient, type EchoBackend } from '@ingresskit/testkit'
import type { ServerResponse } from 'node:http'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { eventually } from '../command/support/eventually.ts'
import { killCommands, startServe, type RunningServer } from '../command/support/ingresskit-process.ts'
import { startLoad } from '../command/support/keep-alive-load.ts'
import { manifestFolder, removeManifestFolders, service, tlsSecret } from '../command/support/manifests.ts'
import type { ManifestFolder } from '../command/support/manifests.ts'
import { endpointSlice, ingressOf, serviceOf, terminatingConditions } from '../support/kubernetes-objects.ts'
import { answeredBy } from '../support/send-request.ts'
import { fingerprintOf, servedFingerprint } from '../support/tls-handshake.ts'

let folder: ManifestFolder
let server: RunningServer
let backends: EchoBackend[]
/** Answers of requests for /held that wait for the test. */
let held: ServerResponse[]

beforeAll(async () => {
  folder = await manifestFolder({
    'kept.yaml': [ingressOf({ name: 'kept', host: 'kept.test', paths: [{ service: 'a' }] })],
  })
  server = await startServe(folder.path)
})
afterAll(async () => {
  await killCommands()
  await removeManifestFolders()
})
beforeEach(async () => {
  held = []
  backends = await Promise.all(
    ['a', 'b', 'c'].map(name =>
      echoBackend({
        name,
        handle: (request, response) => {
          if (request.url !== '/held') return false
          held.push(response)
          response.writeHead(200, { 'Content-Type': 'text/plain', 'X-Backend': name })
          response.write('begun ')
          return true
        },
      }),
    ),
  )
})
afterEach(async () => {
  await Promise.all(backends.map(backend => backend.close()))
})

const named = (name: string): EchoBackend => {
  const found = backends.find(backend => backend.name === name)
  if (found === undefined) throw new Error(`no backend ${name}`)
  return found
}
const portsOf = (...names: readonly string[]): readonly number[] => names.map(name => named(name).port)
const site = (host: string, service: string, path = '/'): object =>
  ingressOf({ name: host.replaceAll('.', '-'), host, paths: [{ path, service }] })

/** Resolves once twelve requests in a row reach exactly these backends. */
async function eventuallyReaches(host: string, ...names: readonly (string | number)[]): Promise<void> {
  await eventually(async () => {
    const reached = new Set<string | number>()
    for (let sent = 0; sent < 12; sent++) reached.add(await answeredBy(server.http, { host }))
    expect([...reached].map(String).sort()).toEqual(names.map(String).sort())
  })
}

describe('an Ingress', () => {
  it('is served when it is added, moves when it changes, and is gone when it is removed', async () => {
    await folder.write('services.yaml', [...service('a', portsOf('a')), ...service('b', portsOf('b'))])
    await eventuallyReaches('kept.test', 'a')
    expect(await answeredBy(server.http, { host: 'come.test' })).toBe(404)
    await folder.write('come.yaml', [site('come.test', 'a')])
    await eventuallyReaches('come.test', 'a')
    await folder.write('come.yaml', [site('come.test', 'b')])
    await eventuallyReaches('come.test', 'b')
    await folder.write('come.yaml', [site('come.test', 'b', '/deep')])
    await eventuallyReaches('come.test', 404)
    expect(await answeredBy(server.http, { host: 'come.test', path: '/deep/x' })).toBe('b')
    await folder.remove('come.yaml')
    await eventually(async () =>
      expect(await answeredBy(server.http, { host: 'come.test', path: '/deep/x' })).toBe(404),
    )
    expect(await answeredBy(server.http, { host: 'kept.test' })).toBe('a')
  })

  it('keeps its last good version when its file no longer parses, and follows the repaired file', async () => {
    await folder.write('services.yaml', [...service('a', portsOf('a')), ...service('b', portsOf('b'))])
    await folder.write('fragile.yaml', [site('fragile.test', 'a')])
    await eventuallyReaches('fragile.test', 'a')
    await folder.write('fragile.yaml', 'kind: [Ingress')
    // A file written after the broken one is live: the broken one was seen.
    await folder.write('marker.yaml', [site('marker.test', 'b')])
    await eventuallyReaches('marker.test', 'b')
    expect(await answeredBy(server.http, { host: 'fragile.test' })).toBe('a')
    await folder.write('fragile.yaml', [site('fragile.test', 'b')])
    await eventuallyReaches('fragile.test', 'b')
  })
})

describe('an endpoint', () => {
  it('that is removed under load costs no request, even when it stops as soon as it gets no more', async () => {
    await folder.write('services.yaml', service('a', portsOf('a', 'b', 'c')))
    await eventuallyReaches('kept.test', 'a', 'b', 'c')
    const load = startLoad(server.http, { host: 'kept.test', clients: 6, agent: { keepAlive: true } })
    await eventually(() => expect(load.finishedCount()).toBeGreaterThan(100))
    await folder.write('services.yaml', service('a', portsOf('a', 'c')))
    await eventually(() => expectNoneFor(named('b'), load.finishedCount))
    await named('b').close()
    const before = load.finishedCount()
    await eventually(() => expect(load.finishedCount()).toBeGreaterThan(before + 200))
    load.stop()
    await load.stopped
    expect(load.failures()).toEqual([])
  })

  it('that is added under load gets its share, and costs no request', async () => {
    await folder.write('services.yaml', service('a', portsOf('a', 'b')))
    await eventuallyReaches('kept.test', 'a', 'b')
    const load = startLoad(server.http, { host: 'kept.test', clients: 4, agent: { keepAlive: true } })
    await eventually(() => expect(load.finishedCount()).toBeGreaterThan(50))
    expect(named('c').requests).toHaveLength(0)
    await folder.write('services.yaml', service('a', portsOf('a', 'b', 'c')))
    await eventually(() => expect(named('c').requests.length).toBeGreaterThan(100))
    load.stop()
    await load.stopped
    expect(load.failures()).toEqual([])
  })

  it('that terminates gets no new requests, and finishes what it began', async () => {
    await folder.write('services.yaml', service('a', portsOf('a')))
    await eventuallyReaches('kept.test', 'a')
    const client = await rawClient(server.http)
    client.send('GET /held HTTP/1.1\r\nHost: kept.test\r\nConnection: close\r\n\r\n')
    await client.until('begun ')
    const [a = 0, b = 0] = portsOf('a', 'b')
    await folder.write('services.yaml', [
      serviceOf('a'),
      endpointSlice({ service: 'a', ports: { http: a }, conditions: terminatingConditions }),
      endpointSlice({ service: 'a', ports: { http: b } }),
    ])
    await eventuallyReaches('kept.test', 'b')
    held[0]?.end('finished')
    const { received, wasReset } = await client.closed
    expect(received).toContain('finished')
    expect(wasReset).toBe(false)
  })
})

it('lets a long response run through changes of its route, its endpoint and other sites', async () => {
  await folder.write('services.yaml', [...service('a', portsOf('a')), ...service('b', portsOf('b'))])
  await folder.write('long.yaml', [site('long.test', 'a')])
  await eventuallyReaches('long.test', 'a')
  const client = await rawClient(server.http)
  client.send('GET /held HTTP/1.1\r\nHost: long.test\r\nConnection: close\r\n\r\n')
  await client.until('begun ')
  const [response] = held
  const changes: readonly (readonly [file: string, objects: readonly object[], expected: string | number])[] = [
    ['long.yaml', [site('long.test', 'b')], 'b'],
    ['services.yaml', service('b', portsOf('c')), 'c'],
    ['long.yaml', [site('elsewhere.test', 'b')], 404],
  ]
  for (const [index, [file, objects, expected]] of changes.entries()) {
    await folder.write(file, objects)
    await eventuallyReaches('long.test', expected)
    response?.write(`part-${index} `)
    await client.until(`part-${index} `)
  }
  response?.end('finished')
  const { received, wasReset } = await client.closed
  expect(received).toContain('finished')
  expect(wasReset).toBe(false)
})

it('hands a rotated certificate to new handshakes while an open TLS connection lives on', async () => {
  const authority = certificateAuthority()
  const [first, second] = [authority.issue({ names: ['tls.test'] }), authority.issue({ names: ['tls.test'] })]
  await folder.write('services.yaml', service('a', portsOf('a')))
  await folder.write('secret.yaml', [tlsSecret('rotated', first)])
  await folder.write('tls.yaml', [
    ingressOf({
      name: 'tls',
      host: 'tls.test',
      paths: [{ service: 'a' }],
      tls: [{ hosts: ['tls.test'], secretName: 'rotated' }],
    }),
  ])
  const isServed = async (pem: string): Promise<void> =>
    expect(await servedFingerprint(server.https, 'tls.test')).toBe(fingerprintOf(pem))
  await eventually(() => isServed(first.certificatePem))

  const client = await rawClient(server.https, { tls: { serverName: 'tls.test', ca: authority.certificatePem } })
  client.send('GET /before HTTP/1.1\r\nHost: tls.test\r\n\r\n')
  await client.until('"url":"/before"')

  await folder.write('secret.yaml', [tlsSecret('rotated', second)])
  await eventually(() => isServed(second.certificatePem))
  for (let handshake = 0; handshake < 5; handshake++) await isServed(second.certificatePem)

  client.send('GET /after HTTP/1.1\r\nHost: tls.test\r\n\r\n')
  await client.until('"url":"/after"')
  client.socket.destroy()
})

/** Fails when the backend got a request while the load finished a hundred others. */
async function expectNoneFor(backend: EchoBackend, finishedCount: () => number): Promise<void> {
  const before = backend.requests.length
  const start = finishedCount()
  await eventually(() => expect(finishedCount()).toBeGreaterThan(start + 100))
  expect(backend.requests.length).toBe(before)
}
