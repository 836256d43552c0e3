/** The client's side of one request: every byte of an answer goes out through here. */

import { STATUS_CODES, type IncomingMessage, type ServerResponse } from 'node:http'
import { TLSSocket } from 'node:tls'
import { localAnswer, type LocalAnswer } from './local-answer.ts'
import { silenceTimer, type SilenceTimer } from './silence-timer.ts'

/** Bodies up to this size are read to their end after an early answer; with larger ones the connection closes instead. */
const maxDrainedBytes = 64 * 1024

/** How long the rest of a request may take to arrive after its answer was sent. */
const lingerMs = 5000

export interface ClientResponseOptions {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly writeIdleTimeoutMs: number
  /** Bytes of the request body, when the client said how many. */
  readonly bodyBytes: number | undefined
  readonly isDraining: () => boolean
  /** No further request can be told from the bytes on this connection. */
  readonly mustClose: boolean
}

/** Writes one answer, head to end. */
export class ClientResponse {
  readonly #options: ClientResponseOptions
  readonly #response: ServerResponse
  readonly #writeIdle: SilenceTimer
  #bytes = 0
  #bodyBegan = false

  constructor(options: ClientResponseOptions) {
    this.#options = options
    this.#response = options.response
    this.#writeIdle = silenceTimer(options.writeIdleTimeoutMs, () => this.abort())
    this.#response.on('close', () => this.#writeIdle.pause())
    this.#response.on('error', () => {})
  }

  /** Body bytes given to the client's connection. */
  get bytes(): number {
    return this.#bytes
  }

  get headSent(): boolean {
    return this.#response.headersSent
  }

  /** The answer said that the connection closes after it: what follows on it must not be served (RFC 9112 §9.6). */
  get closesConnection(): boolean {
    return this.headSent && !this.#response.shouldKeepAlive
  }

  /** The client's connection is gone. */
  get isGone(): boolean {
    return this.#response.destroyed || this.#response.closed
  }

  /** Makes the answer, which has not begun, the last one on its connection. */
  closeAfter(): void {
    this.#response.shouldKeepAlive = false
  }

  /** Answers with a text of ours. Falls back to a bare 500 when the decision has a field that cannot be sent. */
  sendLocal(answer: LocalAnswer & { readonly close: boolean }): number {
    const { status, flatHeaders, body } = localAnswer(answer)
    const text = Buffer.from(body)
    this.#closeUnless(!answer.close && !this.#cannotDrain())
    // The phrase is given because node:http would keep the one of a head that could not be written.
    this.#response.writeHead(status, STATUS_CODES[status] ?? 'Unknown', [...flatHeaders] as never)
    if (this.#options.request.method !== 'HEAD') this.#bytes += text.length
    this.end(text)
    return status
  }

  /** Returns whether it was sent. */
  sendInterim(status: number, flatHeaders: readonly string[]): boolean {
    // Node before 26.2 has no `writeInformation`; an interim answer may always be left out (RFC 9110 §15.2).
    if (this.#options.request.httpVersion !== '1.1' || this.headSent || this.isGone) return false
    if (!('writeInformation' in this.#response)) return false
    this.#response.writeInformation(status, flatHeaders)
    return true
  }

  sendContinue(): void {
    if (!this.headSent && !this.isGone) this.#response.writeContinue()
  }

  /** The head of a backend's answer, as made by `responseHead`. Returns false, with nothing sent, when node:http finds fault with it. */
  sendHead(head: {
    readonly status: number
    readonly reasonPhrase?: string
    readonly flatHeaders: readonly string[]
  }): boolean {
    // An answer before the end of its request leaves the connection's state to the rest of the body (RFC 9112 §9.6).
    this.#closeUnless(this.#options.request.complete || !this.#cannotDrain())
    try {
      const phrase = head.reasonPhrase ?? STATUS_CODES[head.status] ?? 'Unknown'
      this.#response.writeHead(head.status, phrase, [...head.flatHeaders] as never)
    } catch {
      return false
    }
    // Most bodies are here within this turn and share one packet with the head; a head that waits longer goes alone.
    setImmediate(() => {
      if (!this.#bodyBegan && !this.isGone) this.#response.flushHeaders()
    })
    return true
  }

  /** Returns false when the client is to be waited for; `drained` is called then. */
  write(chunk: Buffer, drained: () => void): boolean {
    this.#bodyBegan = true
    this.#bytes += chunk.length
    if (this.#response.write(chunk)) return true
    this.#writeIdle.touch()
    this.#response.once('drain', () => {
      this.#writeIdle.pause()
      drained()
    })
    return false
  }

  end(chunk?: Buffer): void {
    this.#bodyBegan = true
    this.#writeIdle.touch()
    this.#response.once('finish', () => {
      this.#writeIdle.pause()
      this.#linger()
    })
    this.#response.end(chunk)
  }

  addTrailers(trailers: [string, string][]): void {
    this.#response.addTrailers(trailers)
  }

  /** Ends the connection so that the client sees the answer as cut off, never as complete. */
  abort(): void {
    this.#writeIdle.pause()
    const { socket } = this.#options.request
    // A body that ends with the connection looks whole after FIN: only a reset tells.
    const looksWhole =
      this.headSent && this.#options.request.httpVersion === '1.0' && !this.#response.hasHeader('content-length')
    if (looksWhole && !(socket instanceof TLSSocket) && !socket.destroyed) socket.resetAndDestroy()
    else socket.destroy()
    this.#response.destroy()
  }

  #closeUnless(keep: boolean): void {
    if (!keep || this.#options.mustClose || this.#options.isDraining()) this.#response.shouldKeepAlive = false
    if (!this.#response.shouldKeepAlive && this.#cannotDrain()) closeInTwoSteps(this.#options.request)
  }

  #cannotDrain(): boolean {
    const { bodyBytes, request } = this.#options
    return !request.complete && (bodyBytes === undefined || bodyBytes > maxDrainedBytes)
  }

  /** The rest of a body whose answer is out has `lingerMs` to arrive; a kept connection needs it read to its end. */
  #linger(): void {
    const { request } = this.#options
    if (request.complete || request.destroyed) return
    const { socket } = request
    const timer = setTimeout(() => socket.destroy(), lingerMs)
    request.once('close', () => clearTimeout(timer))
    request.once('end', () => clearTimeout(timer))
    request.resume()
  }
}

/**
 * Makes node:http close the connection in two steps: our side now, the rest when the client is done or `lingerMs` passed.
 * Closing at once while the client still sends makes its system drop an answer it has not read yet (RFC 9112 §9.6).
 */
function closeInTwoSteps(request: IncomingMessage): void {
  const { socket } = request
  const closeAtOnce = socket.destroySoon.bind(socket)
  socket.destroySoon = () => {
    if (request.complete) return closeAtOnce()
    const timer = setTimeout(() => socket.destroy(), lingerMs)
    socket.once('close', () => clearTimeout(timer))
    request.once('end', () => socket.destroy())
    request.resume()
    socket.end()
  }
}
