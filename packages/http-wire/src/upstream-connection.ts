/** One connection to a backend: a request at a time, its answer read strictly, then kept or given up. */

import type { Buffer } from 'node:buffer'
import type { Socket } from 'node:net'
import { parseAnswerHead, type AnswerHead, type AnswerHeadOutcome } from './answer-head.ts'
import { BodyReader } from './body-reader.ts'
import type { Expiring } from './deadlines.ts'
import { HeadText } from './head-text.ts'
import { openUpstreamSocket } from './open-upstream-socket.ts'
import { idleMs, keepsAlive } from './persistence.ts'
import { SocketReader } from './socket-reader.ts'
import type { AnswerHandler, UpstreamFailure, UpstreamHost, UpstreamTarget } from './upstream-host.ts'
import type { OutputPiece } from './wire-buffers.ts'

/** `head`: an answer is awaited. `body`: in the middle of one. `done`: an answer ended, and its request has not been finished yet. */
type Phase = 'connecting' | 'idle' | 'head' | 'body' | 'tunnel' | 'done' | 'closed'

/** Interim answers that count as a sign of life; a backend that sends more of them only is silent. */
const maxLivelyInterims = 16

/** Begins connecting at once. `start` gives it a request. */
export class UpstreamConnection implements Expiring {
  /** When it will have been silent, idle or connecting for too long. */
  deadlineAt: number = Infinity
  /** Where it goes. */
  readonly target: UpstreamTarget
  readonly #host: UpstreamHost
  readonly #reader: SocketReader
  readonly #socket: Socket
  readonly #head: HeadText<Exclude<AnswerHeadOutcome, { readonly kind: 'incomplete' }>>
  readonly #body: BodyReader = new BodyReader()
  #phase: Phase = 'connecting'
  #handler: AnswerHandler | undefined
  #method = ''
  #isReused = false
  #isSent = false
  #keepsAlive = false
  #silenceMs = Infinity
  #interims = 0
  #idleMs: number
  #isHeld = false

  constructor(target: UpstreamTarget, host: UpstreamHost) {
    this.target = target
    this.#host = host
    this.#head = new HeadText(host.limits.maxHeadBytes, text => parseAnswerHead(text, this.#method, host.limits))
    this.#idleMs = host.limits.idleTimeoutMs
    this.#reader = new SocketReader(this, host.buffers)
    this.#socket = openUpstreamSocket(target, this.#reader.onread())
    this.#reader.use(this.#socket)
    const { tls } = target
    this.#socket.once(tls === undefined ? 'connect' : 'secureConnect', () => this.#connected())
    this.#socket.on('drain', () => this.#handler?.upstreamDrained())
    this.#socket.on('end', () => this.#ended())
    this.#socket.on('error', () => {}) // `close` follows, and is where it is dealt with
    this.#socket.once('close', () => this.#closed())
    host.deadlines.add(this)
  }

  /** Whether it can still be used, as far as is known. */
  get isOpen(): boolean {
    return !this.#socket.destroyed
  }

  /** The request goes over a connection that carried others: it may be dying already. */
  get isReused(): boolean {
    return this.#isReused
  }

  /** What may be done with the octets of the present call of the handler. */
  get ownership(): 'borrowed' | 'own' {
    return this.#reader.ownership
  }

  /** Whether something that was written has not been taken by the system yet. */
  get isWriting(): boolean {
    return this.#socket.writableLength > 0
  }

  /** Gives a new connection its request; `upstreamConnected` follows when it stands, at the latest after `connectMs`. */
  startConnecting(handler: AnswerHandler, connectMs: number): void {
    this.#handler = handler
    this.deadlineAt = this.#host.deadlines.now() + connectMs
  }

  /** Gives it the next request: an answer to this method is awaited. */
  start(handler: AnswerHandler, request: { readonly method: string; readonly silenceMs: number }): void {
    this.#handler = handler
    this.#method = request.method
    this.#silenceMs = request.silenceMs
    this.#isSent = false
    this.#interims = 0
    this.#phase = 'head'
    this.touch()
  }

  /** Writes text; the result is as with `write`. */
  writeText(text: string): boolean {
    return this.#socket.write(text, 'latin1')
  }

  /** Writes octets of a request between two texts. Returns false when `upstreamDrained` is to be waited for. */
  write(piece: OutputPiece): boolean {
    return this.#host.buffers.write(this.#socket, piece)
  }

  /** The request was written to its end: only then may the connection be used again. */
  sent(): void {
    this.#isSent = true
  }

  /** Its silence counts from now. */
  touch(): void {
    this.deadlineAt = this.#host.deadlines.now() + this.#silenceMs
  }

  /** It is somebody else's turn. */
  ignoreSilence(): void {
    this.deadlineAt = Infinity
  }

  /** The receiver does not keep up: nothing is read until `resume`. */
  pause(): void {
    this.#isHeld = true
    this.ignoreSilence()
    this.#reader.pause()
  }

  /** The receiver takes more. */
  resume(): void {
    if (!this.#isHeld) return
    this.#isHeld = false
    if (this.#phase !== 'tunnel') this.touch()
    this.#reader.resume()
  }

  /** The octets of the present call are still being written to somewhere else. */
  keepOctets(): void {
    this.#reader.giveAway()
  }

  /** After a 101: from now on the octets of both directions are this handler's, unparsed. */
  upgrade(handler: AnswerHandler): void {
    this.#handler = handler
    this.#phase = 'tunnel'
    this.ignoreSilence()
  }

  /** Sends FIN. */
  endWriting(): void {
    this.#socket.end()
  }

  /** Lets go of it. It is kept for the next request when its answer was read to the end and nothing speaks against it. */
  release(): void {
    this.#handler = undefined
    const isClean = this.#phase === 'done' && this.#keepsAlive && this.#isSent && this.#socket.writableLength === 0
    if (!isClean || !this.#host.keep(this)) return this.destroy()
    this.#phase = 'idle'
    this.#isReused = true
    this.deadlineAt = this.#host.deadlines.now() + this.#idleMs
  }

  /** Ends it now; its handler is told nothing. */
  destroy(): void {
    this.#handler = undefined
    this.#socket.destroy()
  }

  /** Octets from the backend; called by its reader. */
  received(buffer: Buffer, start: number, end: number): void {
    let at = start
    while (at < end) {
      switch (this.#phase) {
        case 'head':
          at = this.#readHead(buffer, at, end)
          break
        case 'body':
          at = this.#readBody(buffer, at, end)
          break
        case 'tunnel':
          this.#handler?.answerBody(buffer, at, end)
          at = end
          break
        default:
          // Octets that no request asked for would answer the next one: nobody gets them (response-queue poisoning).
          this.#keepsAlive = false
          if (this.#phase !== 'done') this.#socket.destroy()
          at = end
      }
    }
    const handler = this.#handler
    if (handler === undefined) return
    if (this.#phase === 'done') handler.answerEnded(this.#body.trailers)
    else if (this.#phase !== 'closed') {
      if (!this.#isHeld && this.#phase !== 'tunnel' && this.#interims <= maxLivelyInterims) this.touch()
      handler.answerFlush()
    }
  }

  /** Called by its `Deadlines`. */
  expired(): void {
    switch (this.#phase) {
      case 'connecting':
        return this.#fail('connect-timeout')
      case 'head':
      case 'body':
        return this.#fail('silent')
      default:
        this.#socket.destroy()
    }
  }

  #connected(): void {
    const handler = this.#handler
    if (handler === undefined) return this.destroy()
    this.deadlineAt = Infinity
    this.#phase = 'done' // until `start`
    handler.upstreamConnected(this)
  }

  #readHead(buffer: Buffer, start: number, end: number): number {
    const outcome = this.#head.read(buffer, start, end)
    switch (outcome.kind) {
      case 'incomplete':
        return end
      case 'malformed':
        this.#fail('malformed')
        return end
      case 'head':
        this.#take(outcome)
        return this.#head.next
    }
  }

  #take(head: AnswerHead): void {
    if (head.status === 101) {
      // The handler calls `upgrade`, or gives the connection up.
      this.#phase = 'done'
      this.#keepsAlive = false
      return this.#handler?.answerSwitched(head)
    }
    if (head.status < 200) {
      this.#interims++
      return this.#handler?.answerInterim(head)
    }
    this.#keepsAlive = keepsAlive(head)
    this.#idleMs = idleMs(head, this.#host.limits.idleTimeoutMs)
    this.#body.begin(head.framing)
    this.#phase = this.#body.isDone ? 'done' : 'body'
    this.#handler?.answerHead(head)
  }

  #readBody(buffer: Buffer, start: number, end: number): number {
    if (this.#body.remaining > 2 * buffer.length) this.#reader.useOwnBuffer()
    const progress = this.#body.take(buffer, start, end)
    if (progress === 'malformed' || progress === 'too-long') {
      this.#fail('malformed')
      return end
    }
    if (progress === 'done') {
      this.#phase = 'done'
      this.#reader.useSharedBuffer()
    }
    if (this.#body.dataEnd > start) this.#handler?.answerBody(buffer, start, this.#body.dataEnd)
    return this.#body.next
  }

  #ended(): void {
    if (this.#phase === 'tunnel') return this.#handler?.answerEnded(undefined)
    if (this.#phase === 'body' && this.#body.remaining === Infinity && !this.#body.isChunked) {
      this.#phase = 'done'
      this.#keepsAlive = false
      this.#handler?.answerEnded(undefined)
    }
    this.#socket.destroy()
  }

  #closed(): void {
    this.#host.deadlines.delete(this)
    const phase = this.#phase
    this.#phase = 'closed'
    this.#host.closed(this)
    this.#tell(phase === 'connecting' ? 'connect-failed' : 'reset')
  }

  #fail(failure: UpstreamFailure): void {
    this.#phase = 'closed'
    this.#socket.destroy()
    this.#tell(failure)
  }

  #tell(failure: UpstreamFailure): void {
    const handler = this.#handler
    this.#handler = undefined
    handler?.upstreamFailed(failure)
  }
}
