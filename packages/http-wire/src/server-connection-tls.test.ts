import { certificateAuthority, rawClient } from '@ingresskit/testkit'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:tls'
import { expect, it } from 'vitest'
import { manualDeadlines } from '../test/support/manual-deadlines.ts'
import { ServedRequest, serverLimits } from '../test/support/served-connections.ts'
import { ServerConnection } from './server-connection.ts'
import { WireBuffers } from './wire-buffers.ts'

it('a ServerConnection over TLS serves requests with and without bodies, and closes without a reset when idle', async () => {
  const authority = certificateAuthority()
  const { certificatePem, privateKeyPem } = authority.issue({ names: ['a.test'] })
  const time = manualDeadlines()
  const settings = {
    limits: serverLimits,
    deadlines: time.deadlines,
    buffers: new WireBuffers(),
    clientReads: 'data-events',
  } as const
  const server = createServer({ cert: certificatePem, key: privateKeyPem, allowHalfOpen: true }, socket => {
    const connection: ServerConnection = new ServerConnection(
      socket,
      {
        request: head =>
          new ServedRequest(connection, head, (request, event) => {
            if (event === 'run') request.connection.readBody()
            if (event === 'ended' || (event === 'run' && request.connection.isBodyRead)) request.answer(request.body)
          }),
        refusal: () => '',
        closed: () => {},
      },
      settings,
    )
  })
  server.listen({ port: 0, host: '127.0.0.1' })
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const client = await rawClient(port, { tls: { serverName: 'a.test', ca: authority.certificatePem } })
  client.send('GET / HTTP/1.1\r\nHost: a.test\r\n\r\n')
  await client.until('Content-Length: 0\r\n\r\n')
  const body = 'x'.repeat(100_000)
  client.send(`POST / HTTP/1.1\r\nHost: a.test\r\nContent-Length: ${body.length}\r\n\r\n${body}`)
  await client.until(`Content-Length: 100000\r\n\r\n${body}`)
  let isEnded = false
  client.socket.on('end', () => (isEnded = true))
  time.pass(serverLimits.idleTimeoutMs)
  expect([(await client.closed).wasReset, isEnded]).toEqual([false, true])
  server.close()
})
