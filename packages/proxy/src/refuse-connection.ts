/** Answers for connections on which no request could be parsed. */

import type { Socket } from 'node:net'
import { METHODS, STATUS_CODES } from 'node:http'
import { errorPage } from './error-page.ts'

export interface ParserError extends Error {
  readonly code?: string
  readonly rawPacket?: Buffer
}

/** How long the client may take to read the refusal before the connection is destroyed. */
const farewellMs = 1000

/** The status for what node:http's parser refused; `undefined` for errors of the connection, which get no answer. */
export function parserRefusal(error: ParserError): number | undefined {
  switch (error.code) {
    case 'HPE_HEADER_OVERFLOW':
      return 431
    case 'HPE_CHUNK_EXTENSIONS_OVERFLOW':
      return 413
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return 408
    case 'HPE_INVALID_METHOD':
      return isUnknownMethod(error.rawPacket) ? 501 : 400
    default:
      return error.code?.startsWith('HPE_') === true ? 400 : undefined
  }
}

const refused = new WeakSet<Socket>()

/** Sends a refusal and closes. Safe to call on a connection in any state, and again: what arrives after the first time gets no other answer. */
export function refuseConnection(socket: Socket, status: number, requestId: string): void {
  if (refused.has(socket)) return
  refused.add(socket)
  socket.on('error', () => {})
  if (!socket.writable) {
    socket.destroy()
    return
  }
  const page = errorPage(status, '')
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? 'Error'}\r\nConnection: close\r\nContent-Type: ${page.contentType}\r\n` +
      `Content-Length: ${Buffer.byteLength(page.text)}\r\nCache-Control: no-store\r\nX-Request-ID: ${requestId}\r\n\r\n${page.text}`,
  )
  const timer = setTimeout(() => socket.destroy(), farewellMs)
  socket.once('close', () => clearTimeout(timer))
}

/** A well-formed request line whose method the parser does not know, as opposed to bytes that are no request line. */
function isUnknownMethod(packet: Buffer | undefined): boolean {
  const line = packet?.subarray(0, 256).toString('latin1') ?? ''
  const method = /^([!#$%&'*+\-.^_`|~0-9A-Za-z]{1,64}) \S+/.exec(line)?.[1]
  return method !== undefined && !METHODS.includes(method)
}
