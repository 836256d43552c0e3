/** A backend that answers every request with what it got, and counts. */

import { createHash } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'

export interface EchoedRequest {
  /** The backend's name. */
  readonly name: string
  readonly method: string
  readonly url: string
  /** As `[name, value, …]`, in the order and case received. */
  readonly rawHeaders: readonly string[]
  /** Joined by node:http, by lower-case name. */
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

export interface EchoBackendOptions {
  readonly name: string
  /** Default any free port. */
  readonly port?: number
  /** Default `127.0.0.1`. */
  readonly host?: string
  /** Answers instead of the echo when it returns true. */
  readonly handle?: (request: IncomingMessage, response: ServerResponse) => boolean
}

export interface EchoBackend {
  readonly name: string
  readonly port: number
  readonly address: string
  /** Finished requests, oldest first. */
  readonly requests: readonly EchoedRequest[]
  /** TCP connections accepted so far. */
  connectionCount(): number
  /** Stops at once, cutting what is open. */
  close(): Promise<void>
}

/** Starts it. Requests get 200 with an `EchoedRequest` as JSON and `X-Backend: name`; WebSocket frames come back as they are. */
export async function echoBackend(options: EchoBackendOptions): Promise<EchoBackend> {
  const requests: EchoedRequest[] = []
  const sockets = new Set<Socket>()
  let connections = 0
  const server = createServer((request, response) => {
    if (options.handle?.(request, response) === true) return
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const echoed: EchoedRequest = {
        name: options.name,
        method: request.method ?? '',
        url: request.url ?? '',
        rawHeaders: request.rawHeaders,
        headers: request.headers,
        body: Buffer.concat(chunks).toString('latin1'),
      }
      requests.push(echoed)
      const text = Buffer.from(JSON.stringify(echoed))
      response.writeHead(200, {
        'Content-Type': 'application/json',
        'Content-Length': text.length,
        'X-Backend': options.name,
      })
      response.end(text)
    })
  })
  server.on('connection', (socket: Socket) => {
    connections += 1
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  server.on('upgrade', (request, socket, head) => echoWebSocket(request, socket as Socket, head))
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen({ port: options.port ?? 0, host: options.host ?? '127.0.0.1' }, resolve)
  })
  const { port, address } = server.address() as AddressInfo
  return {
    name: options.name,
    port,
    address,
    requests,
    connectionCount: () => connections,
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve())
        for (const socket of sockets) socket.destroy()
      }),
  }
}

/** Accepts the handshake and sends every data frame back unmasked. Frames below 64 KiB only; a close frame ends it. */
function echoWebSocket(request: IncomingMessage, socket: Socket, head: Buffer): void {
  const key = request.headers['sec-websocket-key'] ?? ''
  const accept = createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64')
  socket.on('error', () => {})
  socket.write(
    `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
  )
  let pending = head
  socket.on('data', (chunk: Buffer) => {
    pending = Buffer.concat([pending, chunk])
    for (let frame = readFrame(pending); frame !== undefined; frame = readFrame(pending)) {
      pending = pending.subarray(frame.size)
      socket.write(frame.reply)
      if (frame.isClose) socket.end()
    }
  })
  if (head.length > 0) socket.emit('data', Buffer.alloc(0))
}

function readFrame(
  bytes: Buffer,
): { readonly size: number; readonly reply: Buffer; readonly isClose: boolean } | undefined {
  const first = bytes[0]
  const second = bytes[1]
  if (first === undefined || second === undefined) return undefined
  const short = second & 0x7f
  const headerSize = short === 126 ? 4 : 2
  if (bytes.length < headerSize + 4) return undefined
  const length = short === 126 ? bytes.readUInt16BE(2) : short
  const size = headerSize + 4 + length
  if (bytes.length < size) return undefined
  const mask = bytes.subarray(headerSize, headerSize + 4)
  const payload = Buffer.from(bytes.subarray(headerSize + 4, size))
  for (let i = 0; i < payload.length; i++) payload[i] = (payload[i] ?? 0) ^ (mask[i % 4] ?? 0)
  const isClose = (first & 0x0f) === 8
  const isPing = (first & 0x0f) === 9
  const header = Buffer.from(headerSize === 4 ? [first, 126, length >> 8, length & 0xff] : [first, length])
  if (isPing) header[0] = 0x8a
  return { size, reply: Buffer.concat([header, payload]), isClose }
}
