/** A client and a backend that are joined by a `Tunnel` after a 101. */

import { rawBackend, type RawConnection } from '@ingresskit/testkit'
import type { ServerConnectionSettings } from '../../src/server-connection-host.ts'
import { openTunnel, type Tunnel } from '../../src/tunnel.ts'
import { PooledRequest, testPool } from './pooled-requests.ts'
import { serveConnections } from './served-connections.ts'
import { until } from './until.ts'

export const tunnelIdleMs = 60_000
export const switched = 'HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n'

export interface TestTunnel {
  readonly client: RawConnection
  readonly backend: RawConnection
  readonly tunnel: Tunnel
  readonly closeCount: () => number
  pass(timeoutMs: number): void
  passAlmost(timeoutMs: number): void
  close(): Promise<void>
}

/** `clientEarly` comes in one piece with the request, `backendEarly` with the 101. */
export async function testTunnel(
  clientReads: ServerConnectionSettings['clientReads'],
  { clientEarly = '', backendEarly = '' }: { readonly clientEarly?: string; readonly backendEarly?: string } = {},
): Promise<TestTunnel> {
  const backend = await rawBackend(connection => {
    connection.socket.allowHalfOpen = true
    connection.socket.once('data', () => connection.send(switched + backendEarly))
  })
  const upstreams = testPool()
  let tunnel: Tunnel | undefined
  let closeCount = 0
  const served = await serveConnections({
    clientReads,
    on: (request, event) => {
      if (event !== 'run') return
      const client = request.connection
      const answered = new PooledRequest({
        on: ({ connection }, told) => {
          if (told !== 'switched' || connection === undefined) return
          client.writeText(switched)
          tunnel = openTunnel({
            client,
            upstream: connection,
            deadlines: upstreams.deadlines,
            idleTimeoutMs: tunnelIdleMs,
            onClose: () => {
              closeCount++
            },
          })
        },
      })
      upstreams.request({ key: 'a', address: '127.0.0.1', port: backend.port }, answered)
    },
  })
  const client = await served.connect()
  client.socket.allowHalfOpen = true
  client.send(`GET / HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n${clientEarly}`)
  await client.until(switched)
  await until(() => tunnel !== undefined)
  if (tunnel === undefined) throw new Error('there is no tunnel')
  return {
    client,
    backend: await backend.connection(0),
    tunnel,
    closeCount: () => closeCount,
    pass: upstreams.pass,
    passAlmost: upstreams.passAlmost,
    close: async () => {
      served.close()
      upstreams.pool.close()
      await backend.close()
    },
  }
}
