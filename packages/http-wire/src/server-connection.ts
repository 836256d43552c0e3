/** One connection of a client: requests in order, one at a time, and answers as they are given. */

import type { Buffer } from 'node:buffer'
import type { Socket } from 'node:net'
import { BodyReader } from './body-reader.ts'
import { ClientSocket } from './client-socket.ts'
import { HeadText } from './head-text.ts'
import { ReceivedOctets } from './received-octets.ts'
import { parseRequestHead, type HeadFault, type RequestHead, type RequestHeadOutcome } from './request-head.ts'
import type { RequestHandler, ServerConnectionOwner, ServerConnectionSettings } from './server-connection-host.ts'

/** `head`: waiting for a request, or in the middle of its head. `serving`: a handler has the request. `closing`: the last answer is out. */
type Phase = 'head' | 'serving' | 'unread-body' | 'tunnel' | 'closing' | 'closed'

/** Octets that are read and dropped after an early answer, for the connection to be kept. */
const maxDrainedBytes = 64 * 1024

/** Reads from the beginning. Everything is driven by the socket and by the handler's calls. */
export class ServerConnection extends ClientSocket {
  /** Requests whose head was read. */
  requestCount = 0
  readonly #owner: ServerConnectionOwner
  readonly #head: HeadText<Exclude<RequestHeadOutcome, { readonly kind: 'incomplete' }>>
  readonly #received: ReceivedOctets = new ReceivedOctets()
  readonly #body: BodyReader = new BodyReader()
  #phase: Phase = 'head'
  #handler: RequestHandler | undefined
  #bodyIsWanted = false
  #isProcessing = false
  #isHalfClosed = false
  #idleSince: number
  #retireGraceMs: number | undefined

  /** `accepted` is a paused connection of a `net.Server`, or a TLS socket after its handshake. */
  constructor(accepted: Socket, owner: ServerConnectionOwner, settings: ServerConnectionSettings) {
    super(accepted, settings)
    const { limits } = settings
    this.#owner = owner
    this.#head = new HeadText(limits.maxHeadBytes, text => parseRequestHead(text, limits))
    this.#idleSince = settings.deadlines.now()
    this.allow(limits.headTimeoutMs)
  }

  /** No request is in progress and none has begun to arrive. */
  get isIdle(): boolean {
    return this.#phase === 'head' && this.#head.isEmpty && this.#received.isEmpty
  }

  /** The present request began to arrive before the answer to the one before it was given. */
  get isPipelined(): boolean {
    return this.#received.isCarried
  }

  /** The body of the present request was read to its end. */
  get isBodyRead(): boolean {
    return this.#body.isDone
  }

  /** Whether another request can follow the present one: its body is read, or so short that the rest can be dropped. */
  get canContinue(): boolean {
    return (!this.#isHalfClosed || !this.#received.isEmpty) && this.#body.remaining <= maxDrainedBytes
  }

  /** Octets from the socket. */
  received(buffer: Buffer, start: number, end: number): void {
    this.#received.add(buffer, start, end)
    this.#process()
    this.#received.keep(this.reader.ownership)
    this.#balance()
  }

  /** Hands the body to the handler, from what has arrived and as it comes. */
  readBody(): void {
    this.#bodyIsWanted = true
    if (this.#phase !== 'tunnel') {
      if (this.#body.isDone) return
      if (this.#body.remaining > 4 * maxDrainedBytes) this.reader.useOwnBuffer()
      this.allow(this.settings.limits.bodyIdleTimeoutMs)
    }
    this.#process()
    this.#balance()
  }

  /** Nothing of the body is handed over until `readBody`. */
  pauseBody(): void {
    this.#bodyIsWanted = false
    if (!this.waitsForDrain) this.deadlineAt = Infinity
    this.#balance()
  }

  /** What may be done with the octets of the present call of the handler. */
  get ownership(): 'borrowed' | 'own' {
    return this.#received.isCarried ? 'own' : this.reader.ownership
  }

  /** The answer is given: the next request may come, or, with `close`, none. */
  finish(then: 'continue' | 'close'): void {
    if (this.#phase === 'closed') return
    this.#handler = undefined
    if (then === 'close' || !this.canContinue) return this.#close()
    this.#idleSince = this.settings.deadlines.now()
    if (this.#body.isDone) this.#becomeIdle()
    else {
      this.#phase = 'unread-body'
      this.allow(this.settings.limits.lingerMs)
    }
    this.#process()
    this.#balance()
  }

  /** From now on the octets of both directions are this handler's, unparsed; what has arrived is handed over with `readBody`. */
  upgrade(handler: RequestHandler): void {
    this.#handler = handler
    this.#phase = 'tunnel'
    this.#bodyIsWanted = false
    this.deadlineAt = Infinity
  }

  /** Closes it when it is idle, `graceMs` after its last answer, so that a request on its way is not met by a reset. */
  retire(graceMs: number): void {
    this.#retireGraceMs = graceMs
    if (this.isIdle) this.deadlineAt = Math.min(this.deadlineAt, this.#idleSince + graceMs)
  }

  /** Called by its `Deadlines`. */
  expired(): void {
    switch (this.#phase) {
      case 'head':
        if (this.waitsForDrain) return this.destroy()
        return this.isIdle ? this.#close() : this.#refuse('head-timeout', 408)
      case 'serving':
        return this.#handler?.clientTimedOut(this.waitsForDrain ? 'write' : 'body')
      default:
        this.socket.destroy()
    }
  }

  #process(): void {
    if (this.#isProcessing) return
    this.#isProcessing = true
    for (let goesOn = true; goesOn && !this.#received.isEmpty;) goesOn = this.#step()
    this.#isProcessing = false
  }

  #step(): boolean {
    switch (this.#phase) {
      case 'head':
        // A client that takes no answers gets no more of them to be held for it.
        return !this.waitsForDrain && this.#readHead()
      case 'serving':
        return this.#bodyIsWanted && !this.#body.isDone && this.#readBody()
      case 'unread-body':
        return this.#dropBody()
      case 'tunnel': {
        if (!this.#bodyIsWanted) return false
        const { buffer, at, end } = this.#received
        this.#received.drop()
        this.#handler?.requestBody(buffer, at, end)
        return true
      }
      default:
        this.#received.drop()
        return false
    }
  }

  #readHead(): boolean {
    const { buffer, at, end } = this.#received
    const isFirstPiece = this.#head.isEmpty
    const outcome = this.#head.read(buffer, at, end)
    switch (outcome.kind) {
      case 'incomplete':
        this.#received.drop()
        if (isFirstPiece && this.requestCount > 0) this.allow(this.settings.limits.headTimeoutMs)
        return false
      case 'malformed':
        this.#refuse(outcome.fault, outcome.status)
        return false
      case 'head':
        this.#received.at = this.#head.next
        this.#begin(outcome)
        return true
    }
  }

  #begin(head: RequestHead): void {
    this.requestCount++
    this.#phase = 'serving'
    this.deadlineAt = Infinity
    this.#bodyIsWanted = false
    this.#body.begin(head.framing)
    const handler = this.#owner.request(head)
    this.#handler = handler
    handler.run()
  }

  #readBody(): boolean {
    const { buffer, at } = this.#received
    const progress = this.#body.takeFrom(this.#received)
    const handler = this.#handler
    if (progress === 'malformed' || progress === 'too-long') {
      this.#received.drop()
      handler?.requestBodyRefused(progress === 'too-long' ? 413 : 400)
      return false
    }
    if (progress === 'done') {
      this.deadlineAt = Infinity
      this.reader.useSharedBuffer()
    } else this.allow(this.settings.limits.bodyIdleTimeoutMs)
    if (this.#body.dataEnd > at) handler?.requestBody(buffer, at, this.#body.dataEnd)
    if (progress === 'done' && this.#handler === handler) handler?.requestBodyEnded(this.#body.trailers)
    return true
  }

  #dropBody(): boolean {
    const progress = this.#body.takeFrom(this.#received)
    if (progress === 'malformed' || progress === 'too-long') this.#close()
    else if (progress === 'done') this.#becomeIdle()
    return true
  }

  #becomeIdle(): void {
    this.#phase = 'head'
    if (!this.waitsForDrain)
      this.deadlineAt = this.#idleSince + (this.#retireGraceMs ?? this.settings.limits.idleTimeoutMs)
    if (this.#isHalfClosed && this.#received.isEmpty) this.#close()
  }

  #refuse(fault: HeadFault | 'head-timeout', status: number): void {
    this.#received.drop()
    this.socket.write(this.#owner.refusal({ fault, status }), 'latin1')
    this.#linger()
  }

  /** After the last answer. With nothing left unread the socket may close at once; else the client would lose the answer to a reset. */
  #close(): void {
    if (this.#phase === 'closed') return
    if (this.#body.isDone && this.#received.isEmpty && this.#phase !== 'unread-body') {
      this.#phase = 'closing'
      this.allow(this.settings.limits.writeIdleTimeoutMs)
      this.closeSoon()
    } else {
      this.#linger()
    }
  }

  #linger(): void {
    this.#phase = 'closing'
    this.#received.drop()
    this.lingerAndClose()
    if (this.#isHalfClosed) this.socket.destroySoon()
  }

  /** What was written was taken. */
  protected drained(): void {
    if (!this.waitsForDrain) return
    this.waitsForDrain = false
    if (this.#phase === 'head') {
      this.#becomeIdle()
      this.#process()
      return this.#balance()
    }
    this.deadlineAt = Infinity
    if (this.#bodyIsWanted && !this.#body.isDone && this.#phase === 'serving')
      this.allow(this.settings.limits.bodyIdleTimeoutMs)
    this.#handler?.clientDrained()
  }

  /** The client sent FIN. */
  protected ended(): void {
    this.#isHalfClosed = true
    switch (this.#phase) {
      case 'tunnel':
        return this.#handler?.requestBodyEnded(undefined)
      case 'serving':
        // A whole request followed by FIN is a client that waits for its answer (RFC 9112 §9.6).
        if (!this.#body.isDone) this.socket.destroy()
        return
      default:
        this.socket.destroySoon()
    }
  }

  /** The socket is gone. */
  protected closed(): void {
    const handler = this.#handler
    this.#handler = undefined
    this.#phase = 'closed'
    handler?.clientClosed()
    this.#owner.closed()
  }

  /** Reads on only when there is a use for what comes. */
  #balance(): void {
    if (this.#phase === 'closed') return
    const holds = !this.#received.isEmpty || (this.#phase === 'serving' && !this.#body.isDone && !this.#bodyIsWanted)
    if (holds || (this.#phase === 'tunnel' && !this.#bodyIsWanted)) this.reader.pause()
    else this.reader.resume()
  }
}
