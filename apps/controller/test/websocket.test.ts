/** WebSocket connections, over both ports, and what becomes of them when things change. */

import { certificateAuthority, echoBackend, rawClient, type EchoBackend } from '@ingresskit/testkit'
import { once } from 'node:events'
import { Agent } from 'node:https'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { eventually } from './command/support/eventually.ts'
import { ask } from './command/support/http-client.ts'
import { killCommands, startServe, type RunningServer } from './command/support/ingresskit-process.ts'
import { manifestFolder, removeManifestFolders, service, tlsSecret } from './command/support/manifests.ts'
import type { ManifestFolder } from './command/support/manifests.ts'
import { ingressOf } from './support/kubernetes-objects.ts'

const authority = certificateAuthority()
const sockets = new Set<WebSocket>()
let backends: readonly EchoBackend[]
let folder: ManifestFolder
let server: RunningServer

beforeAll(async () => {
  backends = await Promise.all(['old', 'new'].map(name => echoBackend({ name })))
  folder = await manifestFolder({
    'secret.yaml': [tlsSecret('site', authority.issue({ names: ['chat.test'] }))],
    'service.yaml': service('chat', portsOf('old')),
    'site.yaml': [
      ingressOf({
        name: 'chat',
        host: 'chat.test',
        paths: [{ service: 'chat' }, { path: '/absent', service: 'absent' }],
        tls: [{ hosts: ['chat.test'], secretName: 'site' }],
      }),
    ],
  })
  server = await startServe(folder.path)
})
afterEach(() => {
  for (const socket of sockets) socket.terminate()
  sockets.clear()
})
afterAll(async () => {
  await killCommands()
  await removeManifestFolders()
  await Promise.all(backends.map(backend => backend.close()))
})

it.each([
  ['ws', 'http'],
  ['wss', 'https'],
] as const)('carries messages of %s both ways, in order, text and bytes', async (scheme, port) => {
  const socket = await opened(`${scheme}://127.0.0.1:${server[port]}/`)
  const sent = Array.from({ length: 50 }, (_, i) => Buffer.alloc(1 + i * 700, i))
  const received: Buffer[] = []
  socket.on('message', (data: Buffer) => received.push(data))
  for (const bytes of sent) socket.send(bytes)
  await eventually(() => expect(received).toHaveLength(sent.length))
  expect(Buffer.concat(received).equals(Buffer.concat(sent))).toBe(true)
  socket.close(4001)
  const [code] = (await once(socket, 'close')) as [number]
  expect(code).toBe(4001)
})

it('answers an upgrade for which there is no rule or no Service as any request, and lives on', async () => {
  for (const [host, path, status] of [
    ['nobody.test', '/', 404],
    ['chat.test', '/absent', 503],
  ] as const) {
    const socket = new WebSocket(`ws://127.0.0.1:${server.http}${path}`, { headers: { host } })
    const [error] = (await once(socket, 'error')) as [Error]
    expect(error.message).toContain(String(status))
  }
  await opened(`ws://127.0.0.1:${server.http}/`)
})

it('survives an upgrade that carries a body, and clients that reset in the middle', async () => {
  const upgrade = 'POST / HTTP/1.1\r\nHost: chat.test\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n'
  const withBody = await rawClient(server.http)
  withBody.send(`${upgrade}Content-Length: 5\r\n\r\nhello`)
  await withBody.until(text => text.startsWith('HTTP/1.1 '))
  withBody.reset()
  for (const bytes of [upgrade, `${upgrade}\r\n`]) {
    const client = await rawClient(server.http)
    client.send(bytes)
    client.reset()
    await client.closed
  }
  await opened(`ws://127.0.0.1:${server.http}/`)
})

it('lives through changes of its certificate, its route and its endpoint', async () => {
  const socket = await opened(`wss://127.0.0.1:${server.https}/`)
  const echoes = async (text: string): Promise<void> => {
    socket.send(text)
    const [message] = (await once(socket, 'message')) as [Buffer]
    expect(message.toString()).toBe(text)
  }
  await echoes('before')
  await folder.write('secret.yaml', [tlsSecret('site', authority.issue({ names: ['chat.test'] }))])
  await folder.write('service.yaml', service('chat', portsOf('new')))
  await eventually(async () =>
    expect((await ask(server.http, '/', { host: 'chat.test' })).headers['x-backend']).toBe('new'),
  )
  await echoes('after another endpoint took over')
  await folder.remove('site.yaml')
  await eventually(async () => expect((await ask(server.http, '/', { host: 'chat.test' })).status).toBe(404))
  await echoes('after the Ingress is gone')
})

async function opened(url: string): Promise<WebSocket> {
  const tls = { servername: 'chat.test', ca: authority.certificatePem }
  const socket = new WebSocket(url, {
    headers: { host: 'chat.test' },
    ...(url.startsWith('wss:') ? { agent: new Agent(tls) } : {}),
  })
  sockets.add(socket)
  await once(socket, 'open')
  return socket
}

function portsOf(name: string): readonly number[] {
  return backends.filter(backend => backend.name === name).map(({ port }) => port)
}
