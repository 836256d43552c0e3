/** What requests meet behind a route: shares of endpoints, failures, headers, WebSocket, and TLS in front. */

import { certificateAuthority, echoBackend, selfSignedCertificate, type EchoBackend } from '@ingresskit/testkit'
import { once } from 'node:events'
import { Agent } from 'node:http'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { killCommands, startServe, type RunningServer } from '../command/support/ingresskit-process.ts'
import { manifestFolder, removeManifestFolders, service, tlsSecret } from '../command/support/manifests.ts'
import { ingressOf } from '../support/kubernetes-objects.ts'
import { answeredBy, sendRequest, sendToEcho } from '../support/send-request.ts'
import { fingerprintOf, servedFingerprint } from '../support/tls-handshake.ts'

/** Privileged ports that nothing listens on. */
const refused = [1, 2, 3] as const
const authority = certificateAuthority()
const siteCertificate = authority.issue({ names: ['site.test'] })
const otherCertificate = authority.issue({ names: ['other.test'] })
const defaultCertificate = selfSignedCertificate({ names: ['default.test'] })

let three: readonly EchoBackend[]
let server: RunningServer

beforeAll(async () => {
  three = await Promise.all(['one', 'two', 'three'].map(name => echoBackend({ name })))
  const ports = three.map(({ port }) => port)
  const { path } = await manifestFolder({
    'all.yaml': [
      ...service('web', ports),
      ...service('sticky', ports),
      ...service('empty', []),
      ...service('dead', refused),
      tlsSecret('site', siteCertificate),
      tlsSecret('other', otherCertificate),
      tlsSecret('default-certificate', defaultCertificate),
      ingressOf({ name: 'web', host: 'web.test', paths: [{ service: 'web' }] }),
      ingressOf({
        name: 'sticky',
        host: 'sticky.test',
        paths: [{ service: 'sticky' }],
        annotations: { 'ingresskit.dev/load-balance': 'ring-hash', 'ingresskit.dev/hash-on': 'header:X-User' },
      }),
      ingressOf({
        name: 'broken',
        host: 'broken.test',
        paths: ['missing', 'empty', 'dead'].map(name => ({ path: `/${name}`, service: name })),
      }),
      ...['site', 'other'].map(name =>
        ingressOf({
          name,
          host: `${name}.test`,
          paths: [{ service: 'web' }],
          tls: [{ hosts: [`${name}.test`], secretName: name }],
          // Plain HTTP is not redirected, so that both ports can be asked.
          annotations: { 'nginx.ingress.kubernetes.io/ssl-redirect': 'false' },
        }),
      ),
    ],
  })
  server = await startServe(path, ['--default-tls-secret', 'default/default-certificate'])
})
afterAll(async () => {
  await killCommands()
  await Promise.all(three.map(backend => backend.close()))
  await removeManifestFolders()
})

describe('shares', () => {
  it('gives each of three endpoints 100 of 300 requests by default, give or take one', async () => {
    const agent = new Agent({ keepAlive: true })
    const counts = new Map<string | number, number>()
    for (let sent = 0; sent < 300; sent++) {
      const name = await answeredBy(server.http, { host: 'web.test', agent })
      counts.set(name, (counts.get(name) ?? 0) + 1)
    }
    agent.destroy()
    expect([...counts.keys()].map(String).sort()).toEqual(['one', 'three', 'two'])
    for (const count of counts.values()) expect(Math.abs(count - 100)).toBeLessThanOrEqual(1)
  })

  it('keeps each header value on one endpoint with ring-hash, and spreads the values', async () => {
    const firsts = new Set<string | number>()
    for (let user = 0; user < 40; user++) {
      const sent = { host: 'sticky.test', headers: { 'X-User': `user-${user}` } }
      const names = new Set(await Promise.all([1, 2, 3, 4].map(() => answeredBy(server.http, sent))))
      expect([...names], `user-${user}`).toHaveLength(1)
      for (const name of names) firsts.add(name)
    }
    expect([...firsts].map(String).sort()).toEqual(['one', 'three', 'two'])
  })
})

describe('failures', () => {
  it.each([
    ['a missing Service', '/missing', 503],
    ['a Service without endpoints', '/empty', 503],
    ['endpoints that all refuse the connection', '/dead', 502],
  ])('%s', async (_, path, expected) => {
    const { status, headers, body } = await sendRequest(server.http, { host: 'broken.test', path })
    expect(status).toBe(expected)
    expect(headers['x-request-id']).toMatch(/\S/)
    expect(body).not.toMatch(/127\.0\.0\.1|ECONNREFUSED|default\/|\bat .*\.ts/)
  })

  it('answers 404 where no rule matches, and 200 on /healthz there', async () => {
    const page = await sendRequest(server.http, { host: 'nobody.test', headers: { accept: 'text/html' } })
    expect(page.status).toBe(404)
    expect(page.headers['content-type']).toMatch(/^text\/html/)
    const json = await sendRequest(server.http, { host: 'nobody.test', headers: { accept: 'application/json' } })
    expect(json.status).toBe(404)
    expect(JSON.parse(json.body)).toBeTypeOf('object')
    expect((await sendRequest(server.http, { host: 'nobody.test', path: '/healthz' })).status).toBe(200)
  })
})

describe('headers to backends', () => {
  const spoofed = {
    'X-Forwarded-For': '6.6.6.6',
    'X-Forwarded-Proto': 'https',
    'X-Forwarded-Host': 'spoofed.test',
    'X-Forwarded-Port': '666',
    'X-Real-IP': '6.6.6.6',
  }

  it('tells the address, scheme, host and port of the request, whatever the client claims', async () => {
    for (const headers of [{}, spoofed]) {
      const echoed = await sendToEcho(server.http, { host: 'web.test', headers })
      expect(echoed.headers).toMatchObject({
        host: 'web.test',
        'x-forwarded-for': '127.0.0.1',
        'x-forwarded-proto': 'http',
        'x-forwarded-host': 'web.test',
        'x-forwarded-port': '80',
        'x-real-ip': '127.0.0.1',
        'x-request-id': expect.stringMatching(/^[!-~]+$/),
      })
    }
    const withPort = await sendToEcho(server.http, { host: 'web.test:8080', headers: spoofed })
    expect(withPort.headers['x-forwarded-port']).toBe('8080')
  })

  it('says https and 443 for requests over TLS', async () => {
    const ca = authority.certificatePem
    const echoed = await sendToEcho(server.https, { host: 'site.test', ca, headers: { 'X-Forwarded-Proto': 'http' } })
    expect(echoed.headers).toMatchObject({ 'x-forwarded-proto': 'https', 'x-forwarded-port': '443' })
  })

  it('keeps a request ID of 128 characters, replaces one of 129, and drops names with an underscore', async () => {
    const idFor = async (id: string): Promise<unknown> =>
      (await sendToEcho(server.http, { host: 'web.test', headers: { 'X-Request-ID': id } })).headers['x-request-id']
    expect(await idFor('i'.repeat(128))).toBe('i'.repeat(128))
    expect(await idFor('i'.repeat(129))).not.toContain('i'.repeat(128))
    const { headers } = await sendToEcho(server.http, { host: 'web.test', headers: { X_Forwarded_For: '6.6.6.6' } })
    expect(headers).not.toHaveProperty('x_forwarded_for')
  })
})

it('carries WebSocket messages both ways and the close', async () => {
  const socket = new WebSocket(`ws://127.0.0.1:${server.http}/chat`, { headers: { host: 'web.test' } })
  await once(socket, 'open')
  for (const text of ['hello', 'x'.repeat(40_000)]) {
    socket.send(text)
    const [message] = (await once(socket, 'message')) as [Buffer]
    expect(message.toString()).toBe(text)
  }
  socket.close(1000)
  const [code] = (await once(socket, 'close')) as [number]
  expect(code).toBe(1000)
})

describe('TLS', () => {
  it('answers each name with the certificate of its Secret', async () => {
    expect(await servedFingerprint(server.https, 'site.test')).toBe(fingerprintOf(siteCertificate.certificatePem))
    expect(await servedFingerprint(server.https, 'other.test')).toBe(fingerprintOf(otherCertificate.certificatePem))
    const ca = authority.certificatePem
    expect(await sendToEcho(server.https, { host: 'other.test', ca })).toMatchObject({ method: 'GET', url: '/' })
  })

  it('answers unknown names and clients without a name with the default certificate', async () => {
    const expected = fingerprintOf(defaultCertificate.certificatePem)
    expect(await servedFingerprint(server.https, 'unknown.test')).toBe(expected)
    expect(await servedFingerprint(server.https)).toBe(expected)
  })

  it.each(['TLSv1.2', 'TLSv1.3'] as const)('speaks %s', async version => {
    const options = { minVersion: version, maxVersion: version } as const
    expect(await servedFingerprint(server.https, 'site.test', options)).toBe(
      fingerprintOf(siteCertificate.certificatePem),
    )
  })
})
