/** Requests as node:http reads them: llhttp in strict mode under a server that answers everything. */

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { setImmediate } from 'node:timers/promises'
import { MemorySocket } from './memory-socket.ts'
import type { ReadRequest, RequestReading } from './message-reading.ts'

interface Observed {
  readonly messages: ReadRequest[]
  open: number
  fault?: string
}

/** One server for all readings. */
export class NodeRequestReader {
  readonly #server: Server
  readonly #observed = new WeakMap<object, Observed>()

  constructor() {
    const answer = (request: IncomingMessage, response: ServerResponse): void => {
      this.#observe(request)
      request.once('end', () => response.end())
    }
    this.#server = createServer(
      {
        insecureHTTPParser: false,
        requireHostHeader: false,
        maxHeaderSize: 256 * 1024,
        keepAliveTimeout: 0,
        headersTimeout: 0,
        requestTimeout: 0,
      },
      answer,
    )
    this.#server.maxHeadersCount = 0
    this.#server.on('checkContinue', answer)
    this.#server.on('checkExpectation', answer)
    this.#server.on('connect', (request: IncomingMessage, socket: object) => {
      this.#observe(request)
      const observed = this.#observed.get(socket)
      if (observed !== undefined) observed.fault = 'connect'
    })
    // The socket stays: requests before the fault have not been read to their end by their handlers yet.
    this.#server.on('clientError', (error: Error & { readonly code?: string }, socket) => {
      const observed = this.#observed.get(socket)
      if (observed !== undefined) observed.fault ??= error.code ?? error.message
    })
  }

  /** Reads all pieces. */
  async read(pieces: readonly string[]): Promise<RequestReading> {
    const socket = new MemorySocket()
    const observed: Observed = { messages: [], open: 0 }
    this.#observed.set(socket, observed)
    this.#server.emit('connection', socket)
    for (const piece of pieces) socket.give(piece)
    // Nothing here waits for anything but the queue of ticks, which is empty when an immediate runs.
    await setImmediate()
    await setImmediate()
    const { messages, open, fault } = observed
    socket.destroy()
    if (fault !== undefined) return { messages, ending: 'refused', fault }
    return { messages, ending: open > 0 ? 'within' : 'between' }
  }

  #observe(request: IncomingMessage): void {
    const observed = this.#observed.get(request.socket)
    if (observed === undefined) return
    observed.open++
    let body = ''
    request.on('data', (piece: Buffer) => {
      body += piece.toString('latin1')
    })
    request.on('error', () => {})
    request.once('end', () => {
      if (!request.complete) return
      observed.open--
      observed.messages.push({
        method: request.method ?? '',
        target: request.url ?? '',
        version: request.httpVersion,
        flat: request.rawHeaders,
        body,
        trailers: request.rawTrailers,
      })
    })
  }
}
