/** A server of `ServerConnection`s on the loopback, with handlers whose every call is recorded. */

import { createServer, type AddressInfo, type Socket } from 'node:net'
import { rawClient, type RawConnection } from '@ingresskit/testkit'
import type { Fields } from '../../src/field-list.ts'
import { defaultHeadLimits } from '../../src/head-limits.ts'
import type { RequestHead } from '../../src/request-head.ts'
import { ServerConnection } from '../../src/server-connection.ts'
import type { RequestHandler, ServerConnectionSettings, ServerLimits } from '../../src/server-connection-host.ts'
import { WireBuffers } from '../../src/wire-buffers.ts'
import { manualDeadlines, type ManualDeadlines } from './manual-deadlines.ts'
import { until } from './until.ts'

export const serverLimits: ServerLimits = {
  ...defaultHeadLimits,
  headTimeoutMs: 10_000,
  idleTimeoutMs: 20_000,
  bodyIdleTimeoutMs: 30_000,
  writeIdleTimeoutMs: 40_000,
  lingerMs: 2_000,
}

/** One request: what the handler was told, and the connection to answer on. */
export class ServedRequest implements RequestHandler {
  readonly connection: ServerConnection
  readonly head: RequestHead
  /** `run`, `ended`, `refused 400`, `drained`, `timed out: body`, `closed`; pieces of the body are in `body`. */
  readonly events: string[] = []
  body = ''
  bodyBytes = 0
  trailers: Fields | undefined
  readonly #told: (request: ServedRequest, event: string) => void

  constructor(connection: ServerConnection, head: RequestHead, told: (request: ServedRequest, event: string) => void) {
    this.connection = connection
    this.head = head
    this.#told = told
  }

  run(): void {
    this.#tell('run')
  }

  requestBody(buffer: Buffer, start: number, end: number): void {
    this.bodyBytes += end - start
    if (this.body.length < 100_000) this.body += buffer.toString('latin1', start, end)
    this.#told(this, 'body')
  }

  requestBodyEnded(trailers: Fields | undefined): void {
    this.trailers = trailers
    this.#tell('ended')
  }

  requestBodyRefused(status: 400 | 413): void {
    this.#tell(`refused ${status}`)
  }

  clientDrained(): void {
    this.#tell('drained')
  }

  clientTimedOut(waitingFor: 'body' | 'write'): void {
    this.#tell(`timed out: ${waitingFor}`)
  }

  clientClosed(): void {
    this.#tell('closed')
  }

  /** Answers with a text, and is done with the request. */
  answer(text: string, then: 'continue' | 'close' = 'continue'): void {
    this.connection.writeText(`HTTP/1.1 200 OK\r\nContent-Length: ${text.length}\r\n\r\n${text}`)
    this.connection.finish(then)
  }

  #tell(event: string): void {
    this.events.push(event)
    this.#told(this, event)
  }
}

export interface Served extends ManualDeadlines {
  readonly connections: readonly ServerConnection[]
  readonly requests: readonly ServedRequest[]
  /** `fault status` of refused heads. */
  readonly refusals: readonly string[]
  /** Connections that were reported gone. */
  readonly closedCount: () => number
  connect(): Promise<RawConnection>
  close(): void
}

export interface ServedOptions {
  readonly clientReads: ServerConnectionSettings['clientReads']
  readonly limits?: Partial<ServerLimits>
  /** Called after an event was recorded (also `body`, for pieces of it): what the application does. */
  readonly on?: (request: ServedRequest, event: string) => void
}

/** Listens on a free port until `close`. */
export async function serveConnections({ clientReads, limits, on }: ServedOptions): Promise<Served> {
  const time = manualDeadlines()
  const settings: ServerConnectionSettings = {
    limits: { ...serverLimits, ...limits },
    deadlines: time.deadlines,
    buffers: new WireBuffers(),
    clientReads,
  }
  const connections: ServerConnection[] = []
  const requests: ServedRequest[] = []
  const refusals: string[] = []
  let closed = 0

  const server = createServer({ pauseOnConnect: true, allowHalfOpen: true, noDelay: true }, socket => {
    const connection: ServerConnection = new ServerConnection(
      socket,
      {
        request: head => {
          const request = new ServedRequest(connection, head, (from, event) => on?.(from, event))
          requests.push(request)
          return request
        },
        refusal: ({ fault, status }) => {
          refusals.push(`${fault} ${status}`)
          return `HTTP/1.1 ${status} x\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`
        },
        closed: () => {
          closed++
        },
      },
      settings,
    )
    connections.push(connection)
  })
  await new Promise<void>(resolve => {
    server.listen({ port: 0, host: '127.0.0.1' }, resolve)
  })

  return {
    ...time,
    connections,
    requests,
    refusals,
    closedCount: () => closed,
    connect: async () => {
      const before = connections.length
      const client = await rawClient((server.address() as AddressInfo).port)
      client.socket.setNoDelay(true)
      await until(() => connections.length > before)
      return client
    },
    close: () => {
      for (const connection of connections) connection.destroy()
      server.close()
    },
  }
}

/** Its socket, to see how much of what was sent has been read: the connection shows it to nobody. */
export function socketOf(connection: ServerConnection | undefined): Socket {
  return Reflect.get(connection ?? {}, 'socket') as Socket
}
