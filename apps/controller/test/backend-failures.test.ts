/** Backends and clients that break off, lie or answer early: the other side learns of it, and nobody else does. */

import { rawBackend, rawClient, type RawBackend, type RawConnection } from '@ingresskit/testkit'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { ask } from './command/support/http-client.ts'
import { killCommands, startServe, type RunningServer } from './command/support/ingresskit-process.ts'
import { manifestFolder, removeManifestFolders, service } from './command/support/manifests.ts'
import { ingressOf } from './support/kubernetes-objects.ts'

/** What a backend does once it has a head; each behaviour is a path of `odd.test`. */
const behaviours = {
  'closes-at-once': connection => connection.end(),
  'resets-at-once': connection => connection.reset(),
  'ends-in-the-head': connection => sendAndEnd(connection, 'HTTP/1.1 200 OK\r\nContent-Le'),
  'ends-before-its-length': connection => sendAndEnd(connection, 'HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf'),
  'ends-before-its-last-chunk': connection =>
    sendAndEnd(connection, 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n'),
  'sends-noise': connection => sendAndEnd(connection, 'SSH-2.0-OpenSSH_9.9\r\n'),
  'has-status-099': connection => connection.send('HTTP/1.1 099 Odd\r\nContent-Length: 0\r\n\r\n'),
  'has-status-1000': connection => connection.send('HTTP/1.1 1000 Odd\r\nContent-Length: 0\r\n\r\n'),
  'has-two-lengths': connection =>
    connection.send('HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nabc'),
  'has-trailer-with-length': connection =>
    sendAndEnd(connection, 'HTTP/1.1 200 OK\r\nTrailer: X-Sum\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok'),
  'switches-unasked': connection =>
    connection.send('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n'),
  'ends-without-a-length': connection => sendAndEnd(connection, 'HTTP/1.1 200 OK\r\n\r\nwhole'),
  'answers-early': connection =>
    sendAndEnd(connection, 'HTTP/1.1 413 Too Large\r\nContent-Length: 5\r\nConnection: close\r\n\r\nlarge'),
  hangs: () => {},
} satisfies Readonly<Record<string, (connection: RawConnection) => void>>

let backend: RawBackend
let server: RunningServer

beforeAll(async () => {
  backend = await rawBackend(connection => {
    void connection.until('\r\n\r\n').then(
      head => {
        const name = /^\S+ \/([\w-]+)/.exec(head)?.[1] ?? ''
        const behaviour = Object.entries(behaviours).find(([key]) => key === name)?.[1]
        if (behaviour === undefined)
          sendAndEnd(connection, 'HTTP/1.1 200 OK\r\nContent-Length: 4\r\nConnection: close\r\n\r\nfine')
        else behaviour(connection)
      },
      () => {},
    )
  })
  const { path } = await manifestFolder({
    'a.yaml': [
      ...service('odd', [backend.port]),
      ingressOf({ name: 'odd', host: 'odd.test', paths: [{ service: 'odd' }] }),
    ],
  })
  server = await startServe(path)
})
afterAll(async () => {
  await killCommands()
  await removeManifestFolders()
  await backend.close()
})

it.each([
  'closes-at-once',
  'resets-at-once',
  'ends-in-the-head',
  'sends-noise',
  'has-status-099',
  'has-status-1000',
  'has-two-lengths',
  'switches-unasked',
] satisfies readonly (keyof typeof behaviours)[])('answers 502 for a backend that %s', async name => {
  expect((await ask(server.http, `/${name}`, { host: 'odd.test' })).status).toBe(502)
  await expectServing()
})

it.each(['ends-before-its-length', 'ends-before-its-last-chunk'] satisfies readonly (keyof typeof behaviours)[])(
  'cuts the answer of a backend that %s, so that no client takes it for whole',
  async name => {
    await expect(ask(server.http, `/${name}`, { host: 'odd.test' })).rejects.toThrow(/aborted|hang up|ECONNRESET/)
    await expectServing()
  },
)

it.each([
  ['has-trailer-with-length', 'ok'],
  ['ends-without-a-length', 'whole'],
] as const)('passes on the answer of a backend that %s', async (name, body) => {
  expect(await ask(server.http, `/${name}`, { host: 'odd.test' })).toMatchObject({ status: 200, body })
  await expectServing()
})

it('passes on an answer that comes before the body of the request is read', async () => {
  const client = await rawClient(server.http)
  client.send('POST /answers-early HTTP/1.1\r\nHost: odd.test\r\nContent-Length: 1000000\r\n\r\nfirst')
  expect(await client.until('large')).toMatch(/^HTTP\/1\.1 413 /)
  client.reset()
  await expectServing()
})

it('ends the request to the backend when its client leaves', async () => {
  const index = backend.connections.length
  const client = await rawClient(server.http)
  client.send('GET /hangs HTTP/1.1\r\nHost: odd.test\r\n\r\n')
  const upstream = await backend.connection(index)
  await upstream.until('\r\n\r\n')
  client.reset()
  await upstream.closed
  await expectServing()
})

it('answers a client that closed its side behind a whole request, and closes then', async () => {
  const client = await rawClient(server.http)
  client.send('GET / HTTP/1.1\r\nHost: odd.test\r\n\r\n')
  client.end()
  expect((await client.closed).received).toMatch(/^HTTP\/1\.1 200 [^]*fine$/)
})

it('does not send a POST twice whose backend fell silent after it got it', async () => {
  const before = backend.connections.length
  const { status } = await ask(server.http, '/resets-at-once', { host: 'odd.test', method: 'POST', body: 'order' })
  expect(status).toBe(502)
  expect(backend.connections.slice(before).filter(each => each.received().startsWith('POST '))).toHaveLength(1)
})

async function expectServing(): Promise<void> {
  expect(await ask(server.http, '/', { host: 'odd.test' })).toMatchObject({ status: 200, body: 'fine' })
}

function sendAndEnd(connection: RawConnection, text: string): void {
  connection.send(text)
  connection.end()
}
