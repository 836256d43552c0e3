/** The heads that backends and clients get: forwarded headers, hop-by-hop headers, names with an underscore, interim answers. */

import {
  echoBackend,
  rawBackend,
  rawClient,
  type EchoBackend,
  type EchoedRequest,
  type RawBackend,
} from '@ingresskit/testkit'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { killCommands, startServe, type RunningServer } from './command/support/ingresskit-process.ts'
import { manifestFolder, removeManifestFolders, service } from './command/support/manifests.ts'
import { ingressOf } from './support/kubernetes-objects.ts'

let backend: EchoBackend
let interim: RawBackend
let server: RunningServer
/** Believes clients on 127.0.0.1. */
let trusting: RunningServer

beforeAll(async () => {
  backend = await echoBackend({ name: 'web' })
  interim = await rawBackend(connection => {
    let answered = 0
    connection.socket.on('data', () => {
      const asked = connection.received().split('\r\n\r\n').length - 1
      for (; answered < asked; answered++) connection.send(interimAnswer)
    })
  })
  const { path } = await manifestFolder({
    'a.yaml': [
      ...service('web', [backend.port]),
      ...service('interim', [interim.port]),
      ingressOf({
        name: 'web',
        host: 'web.test',
        paths: [{ service: 'web' }, { path: '/interim', service: 'interim' }],
      }),
    ],
  })
  server = await startServe(path)
  trusting = await startServe(path, ['--trusted-proxies', '10.0.0.0/8,127.0.0.0/8'])
})
afterAll(async () => {
  await killCommands()
  await removeManifestFolders()
  await backend.close()
  await interim.close()
})

/** Two answers' heads, a body and a trailer, with hop-by-hop headers of both kinds. */
const interimAnswer =
  'HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\n\r\n' +
  'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\nKeep-Alive: timeout=9\r\n' +
  'Connection: X-Hop, keep-alive\r\nX-Hop: 1\r\nX-Kept: 1\r\n\r\n' +
  '2\r\nok\r\n0\r\nX-Sum: 7\r\n\r\n'

const spoofed = [
  'X-Forwarded-For: 203.0.113.9',
  'X-Forwarded-Proto: https',
  'X-Forwarded-Host: evil.test',
  'X-Forwarded-Port: 4711',
  'X-Real-IP: 203.0.113.9',
]

it('tells the backend who asked, how and for which host, and passes the Host on', async () => {
  const { headers } = await echoed(server, [])
  expect(headers).toMatchObject({
    host: 'web.test',
    'x-forwarded-for': '127.0.0.1',
    'x-forwarded-proto': 'http',
    'x-forwarded-host': 'web.test',
    'x-forwarded-port': '80',
    'x-real-ip': '127.0.0.1',
  })
  expect(headers['x-request-id']).toMatch(/^[\x21-\x7e]{16,128}$/)
})

it('takes the forwarded port from the Host header', async () => {
  const { headers } = await echoed(server, [], 'web.test:8081')
  expect([headers['x-forwarded-port'], headers.host]).toEqual(['8081', 'web.test:8081'])
})

it('replaces what a client sends under these names', async () => {
  const { rawHeaders, headers } = await echoed(server, [...spoofed, 'x-forwarded-for: 203.0.113.10'])
  expect(headers).toMatchObject({
    'x-forwarded-for': '127.0.0.1',
    'x-forwarded-proto': 'http',
    'x-forwarded-host': 'web.test',
    'x-forwarded-port': '80',
    'x-real-ip': '127.0.0.1',
  })
  expect(rawHeaders.join('\n')).not.toMatch(/203\.0\.113|evil|4711/)
})

it('believes a trusted proxy, and adds the proxy to the chain', async () => {
  const { headers } = await echoed(trusting, spoofed)
  expect(headers).toMatchObject({
    'x-forwarded-for': '203.0.113.9, 127.0.0.1',
    'x-forwarded-proto': 'https',
    'x-forwarded-host': 'evil.test',
    'x-forwarded-port': '4711',
    'x-real-ip': '203.0.113.9',
  })
})

it('keeps an X-Request-ID of at most 128 printable characters, and makes another for any other', async () => {
  for (const id of ['a', 'req-1_2.3~', 'x'.repeat(128)]) {
    expect((await echoed(server, [`X-Request-ID: ${id}`])).headers['x-request-id']).toBe(id)
  }
  for (const id of ['x'.repeat(129), 'caf\xe9', '']) {
    const made = (await echoed(server, [`X-Request-ID: ${id}`])).headers['x-request-id']
    expect(made).toMatch(/^[\x21-\x7e]{16,128}$/)
    expect(made).not.toBe(id)
  }
})

it('drops names with an underscore and hop-by-hop headers, those named in Connection too', async () => {
  const { headers } = await echoed(server, [
    'X_Forwarded_For: 203.0.113.9',
    'X_Other: 1',
    'Connection: keep-alive, X-Hop, close',
    'X-Hop: 1',
    'Keep-Alive: timeout=5',
    'Proxy-Connection: keep-alive',
    'TE: gzip',
    'X-Kept: 1',
  ])
  expect(headers['x-kept']).toBe('1')
  for (const name of ['x_forwarded_for', 'x_other', 'x-hop', 'keep-alive', 'proxy-connection'])
    expect([name, headers[name]]).toEqual([name, undefined])
  expect(headers['te'] ?? 'trailers').toBe('trailers')
})

it('does not let Connection name the headers it adds', async () => {
  const { headers } = await echoed(server, ['Connection: close, X-Forwarded-For, X-Real-IP, X-Request-ID, Host'])
  expect(headers).toMatchObject({ 'x-forwarded-for': '127.0.0.1', 'x-real-ip': '127.0.0.1', host: 'web.test' })
  expect(headers['x-request-id']).toBeDefined()
})

it('keeps repeated headers apart, in their order', async () => {
  const { rawHeaders } = await echoed(server, ['Accept: a', 'Accept: b', 'Cookie: a=1', 'Cookie: b=2'])
  const values = (name: string): readonly string[] =>
    rawHeaders.filter((_, index) => index % 2 === 1 && rawHeaders[index - 1]?.toLowerCase() === name)
  expect(values('accept').join(', ')).toBe('a, b')
  expect(values('cookie').join('; ')).toBe('a=1; b=2')
})

it('answers Expect: 100-continue so that the body comes', async () => {
  const client = await rawClient(server.http)
  client.send(
    'POST / HTTP/1.1\r\nHost: web.test\r\nExpect: 100-continue\r\nContent-Length: 5\r\nConnection: close\r\n\r\n',
  )
  await client.until('HTTP/1.1 100 ')
  client.send('cargo')
  expect((await client.closed).received).toMatch(/HTTP\/1\.1 200 [^]*"body":"cargo"/)
})

it('passes interim answers on, and trailers to clients that ask for them', async () => {
  const received = await answerOf(server, '/interim', ['TE: trailers', 'Connection: close, TE'])
  expect(received).toMatch(/^HTTP\/1\.1 103 [^]*rel=preload[^]*HTTP\/1\.1 200 /)
  expect(received).toMatch(/\r\nX-Sum: 7\r\n/i)
})

it('sends no trailers to clients that do not ask for them, and no hop-by-hop headers to any', async () => {
  const received = await answerOf(server, '/interim', ['Connection: close'])
  expect(received).toMatch(/HTTP\/1\.1 200 [^]*X-Kept: 1/i)
  expect(received).not.toMatch(/\r\nX-Sum: 7/i)
  expect(received).not.toMatch(/\r\nX-Hop: 1/i)
  expect(received).not.toMatch(/timeout=9/)
})

async function echoed(to: RunningServer, lines: readonly string[], host = 'web.test'): Promise<EchoedRequest> {
  const hasConnection = lines.some(line => line.startsWith('Connection:'))
  const received = await answerOf(to, '/', hasConnection ? lines : [...lines, 'Connection: close'], host)
  expect(received).toMatch(/^HTTP\/1\.1 200 /)
  return JSON.parse(/\{.*\}/.exec(received)?.[0] ?? 'null') as EchoedRequest
}

/** Everything received until the server closes; the lines must ask for a close. */
async function answerOf(to: RunningServer, path: string, lines: readonly string[], host = 'web.test'): Promise<string> {
  const client = await rawClient(to.http)
  client.send(`GET ${path} HTTP/1.1\r\n${[`Host: ${host}`, ...lines].join('\r\n')}\r\n\r\n`)
  return (await client.closed).received
}
