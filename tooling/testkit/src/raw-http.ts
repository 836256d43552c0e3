/** Raw sockets for protocol tests: a client and a backend that send exact bytes and wait for conditions, never for time. */

import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { connect as tlsConnect } from 'node:tls'

export interface RawConnection {
  readonly socket: Socket
  /** Everything received so far, one character per byte. */
  received(): string
  /** Sends text, one byte per character. */
  send(text: string): void
  /** Resolves with everything received once it contains the text or satisfies the test; rejects when the connection closes before. */
  until(condition: string | ((received: string) => boolean)): Promise<string>
  /** Resolves with everything received when the connection is closed, and whether by an error such as a reset. */
  readonly closed: Promise<{ readonly received: string; readonly wasReset: boolean }>
  /** Sends FIN. */
  end(): void
  /** Sends RST. */
  reset(): void
}

export interface RawBackend {
  readonly port: number
  /** In the order in which they were accepted. */
  readonly connections: readonly RawConnection[]
  /** Resolves with the n-th connection (from 0), now or when it is accepted. */
  connection(index: number): Promise<RawConnection>
  close(): Promise<void>
}

/** Connects to a port of this machine. With `tls`, certificates are checked against `ca`. */
export async function rawClient(
  port: number,
  options: {
    readonly tls?: { readonly serverName: string; readonly ca: string; readonly alpn?: readonly string[] }
  } = {},
): Promise<RawConnection> {
  const { tls } = options
  const socket =
    tls === undefined
      ? connect({ port, host: '127.0.0.1' })
      : tlsConnect({
          port,
          host: '127.0.0.1',
          servername: tls.serverName,
          ca: tls.ca,
          ALPNProtocols: [...(tls.alpn ?? ['http/1.1'])],
        })
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject)
    socket.once(tls === undefined ? 'connect' : 'secureConnect', () => resolve())
  })
  return rawConnection(socket)
}

/** Listens on a free port and hands every connection to `handle`, which writes whatever bytes the test needs. */
export async function rawBackend(handle: (connection: RawConnection, index: number) => void): Promise<RawBackend> {
  const connections: RawConnection[] = []
  const waiting: { readonly index: number; readonly resolve: (connection: RawConnection) => void }[] = []
  const server = createServer(socket => {
    const connection = rawConnection(socket)
    const index = connections.push(connection) - 1
    handle(connection, index)
    for (const waiter of waiting) if (waiter.index === index) waiter.resolve(connection)
  })
  await new Promise<void>(resolve => {
    server.listen({ port: 0, host: '127.0.0.1' }, resolve)
  })
  return {
    port: (server.address() as AddressInfo).port,
    connections,
    connection: index => {
      const existing = connections[index]
      if (existing !== undefined) return Promise.resolve(existing)
      return new Promise(resolve => {
        waiting.push({ index, resolve })
      })
    },
    close: () =>
      new Promise(resolve => {
        for (const { socket } of connections) socket.destroy()
        server.close(() => resolve())
      }),
  }
}

function rawConnection(socket: Socket): RawConnection {
  let received = ''
  let isClosed = false
  let wasReset = false
  const checks = new Set<() => void>()
  const { promise: closed, resolve: resolveClosed } = Promise.withResolvers<{ received: string; wasReset: boolean }>()
  socket.on('data', (chunk: Buffer) => {
    received += chunk.toString('latin1')
    for (const check of checks) check()
  })
  socket.on('error', () => {
    wasReset = true
  })
  socket.on('close', () => {
    isClosed = true
    for (const check of checks) check()
    resolveClosed({ received, wasReset })
  })
  return {
    socket,
    closed,
    received: () => received,
    send: text => {
      socket.write(text, 'latin1')
    },
    until: condition =>
      new Promise((resolve, reject) => {
        const isMet = typeof condition === 'string' ? (text: string): boolean => text.includes(condition) : condition
        const check = (): void => {
          if (isMet(received)) resolve(received)
          else if (isClosed)
            reject(
              new Error(
                `the connection closed after ${JSON.stringify(received)}, while waiting for ${String(condition)}`,
              ),
            )
          else return
          checks.delete(check)
        }
        checks.add(check)
        check()
      }),
    end: () => {
      socket.end()
    },
    reset: () => {
      socket.resetAndDestroy()
    },
  }
}
