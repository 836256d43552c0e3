/** The client's side of one request on the wire: every octet of an answer goes out through here. */

import {
  listTokens,
  type AnswerHead,
  type Fields,
  type ServerConnection,
  type UpstreamConnection,
} from '@ingresskit/http-wire'
import type { AddedFields } from './added-fields.ts'
import type { HeadOutcome } from './inbound-head.ts'
import { localAnswer, type LocalAnswer } from './local-answer.ts'
import { passedTrailers } from './response-head.ts'
import {
  announcedTrailers,
  answerHeadText,
  clientFraming,
  interimText,
  lastChunk,
  localHeadText,
  type ClientFraming,
} from './wire-answer-head.ts'
import type { WireConnection } from './wire-connection.ts'
import type { WireServices } from './wire-services.ts'

const closeLines = 'Connection: close\r\n'
const nothing = Buffer.alloc(0)

/** Pieces up to this size are copied when they are written (`WireBuffers`), whatever becomes of the write. */
const maxTextBytes = 1024

/** Writes one answer, head to end, a system call for each piece that came: head, data and end travel together when they can. */
export class WireClient {
  /** Octets of the body given to the client's connection. */
  bytes = 0
  readonly #connection: ServerConnection
  readonly #outcome: HeadOutcome
  readonly #services: WireServices
  #framing: ClientFraming = 'none'
  #answer: AnswerHead | undefined
  #added: AddedFields | undefined
  // What came in the present read of the upstream and is not written yet; the head of `#answer` too, as long as it is not sent.
  #buffer: Buffer = nothing
  #start = 0
  #end = 0
  #headSent = false
  #continueSent = false
  #closes = false

  constructor(connection: WireConnection, outcome: HeadOutcome) {
    this.#connection = connection.client
    this.#outcome = outcome
    this.#services = connection.services
  }

  /** Whether the client has got the beginning of an answer: then there can be no other. */
  get headSent(): boolean {
    return this.#headSent
  }

  /** Answers with a text of ours. Returns the status; `finish` comes next. */
  sendLocal(answer: Omit<LocalAnswer, 'requestId' | 'accept'> & { readonly close: boolean }): number {
    const outcome = this.#outcome
    const { requestId, accept } =
      outcome.kind === 'refused'
        ? outcome.request
        : { requestId: outcome.request.head.requestId, accept: outcome.request.head.headers.getAll('accept').join(',') }
    const ready = localAnswer({ ...answer, requestId, accept })
    const isHead = this.#method === 'HEAD'
    const body = isHead ? '' : ready.body
    const length = Buffer.byteLength(body)
    this.#decideClosing(answer.close)
    const head = localHeadText(ready, { connectionLines: this.#connectionLines(true), date: this.#services.date })
    this.#headSent = true
    this.bytes += length
    this.#connection.writeText(head + (length === body.length ? body : Buffer.from(body).toString('latin1')))
    return ready.status
  }

  /** An interim answer of the backend; HTTP/1.0 has none. Returns whether it was sent. */
  sendInterim(answer: AnswerHead): boolean {
    if (this.#httpVersion !== '1.1' || this.#headSent) return false
    this.#connection.writeText(interimText(answer))
    return true
  }

  /** The backend is there: a client that waits for it may send its body. */
  sendContinue(): void {
    if (this.#continueSent) return
    this.#continueSent = true
    this.#connection.writeText('HTTP/1.1 100 Continue\r\n\r\n')
  }

  /** The head of a backend's answer; made and written with what comes next, when the answer still stands then. */
  begin(answer: AnswerHead, added: AddedFields): void {
    this.#answer = answer
    this.#added = added
    this.#framing = clientFraming(answer, this.#httpVersion)
  }

  /** Data of the present read. */
  add(buffer: Buffer, start: number, end: number): void {
    this.#buffer = buffer
    this.#start = start
    this.#end = end
    this.bytes += end - start
  }

  /** Writes what there is. Returns false when the client is to be waited for. */
  flush(upstream: UpstreamConnection): boolean {
    return this.#write('', upstream)
  }

  /** Writes what there is and the end; `finish` comes next. */
  end(trailers: Fields | undefined, upstream: UpstreamConnection): void {
    const tail = this.#framing === 'chunked' ? this.#lastChunk(trailers) : ''
    this.#write(tail, upstream)
  }

  /** The answer is written: the connection goes on to the next request, or closes. */
  finish(): void {
    this.#connection.finish(this.#closes ? 'close' : 'continue')
  }

  /** Ends the connection so that the client sees the answer as cut off, never as complete. */
  abort(): void {
    // A body that ends with the connection looks whole after FIN: only a reset tells.
    if (this.#headSent && this.#framing === 'close') this.#connection.reset()
    else this.#connection.destroy()
  }

  get #method(): string {
    return this.#outcome.kind === 'accepted' ? this.#outcome.request.head.method : this.#outcome.request.method
  }

  get #httpVersion(): '1.0' | '1.1' | '2.0' {
    return this.#outcome.kind === 'accepted' ? this.#outcome.request.head.httpVersion : '1.1'
  }

  get #acceptsTrailers(): boolean {
    return this.#outcome.kind === 'accepted' && this.#outcome.request.acceptsTrailers
  }

  #write(tail: string, upstream: UpstreamConnection): boolean {
    const head = this.#headSent ? '' : this.#answerHead()
    const length = this.#end - this.#start
    if (length === 0 && head === '' && tail === '') return true
    const isChunked = this.#framing === 'chunked' && length > 0
    const takesMore = this.#connection.write({
      head: isChunked ? `${head}${length.toString(16)}\r\n` : head,
      buffer: this.#buffer,
      start: this.#start,
      end: this.#end,
      tail: isChunked ? `\r\n${tail}` : tail,
      ownership: upstream.ownership,
    })
    // When no more is taken the upstream is paused, and its buffer is free again before the next read.
    if (takesMore && length > maxTextBytes && this.#connection.isWriting) upstream.keepOctets()
    this.#headSent = true
    this.#buffer = nothing
    this.#start = 0
    this.#end = 0
    return takesMore
  }

  #answerHead(): string {
    const answer = this.#answer
    const added = this.#added
    if (answer === undefined || added === undefined) return ''
    this.#decideClosing(this.#framing === 'close')
    return answerHeadText(answer, this.#framing, {
      acceptsTrailers: this.#acceptsTrailers,
      connectionLines: this.#connectionLines(this.#framing !== 'close'),
      date: this.#services.date,
      added: added.addedFields(),
    })
  }

  #lastChunk(trailers: Fields | undefined): string {
    if (trailers === undefined || !this.#acceptsTrailers || this.#answer === undefined) return lastChunk([])
    const announced = announcedTrailers(this.#answer.fields)
    return lastChunk(passedTrailers(trailers).filter(([name]) => announced.includes(`,${name.toLowerCase()},`)))
  }

  /** Whether the connection closes after this answer; only known when its head is made. */
  #decideClosing(mustClose: boolean): void {
    const outcome = this.#outcome
    this.#closes = mustClose || !this.#connection.canContinue || this.#services.isDraining()
    if (outcome.kind === 'refused') return
    const { head, expectsContinue } = outcome.request
    // The client may send the body it announced or leave it out; and after an upgrade that did not come about, anything.
    if (expectsContinue && !this.#continueSent && !this.#connection.isBodyRead) this.#closes = true
    if (head.headers.has('upgrade')) this.#closes = true
    if (head.httpVersion === '1.1' && !head.headers.has('connection')) return
    if (!clientKeepsAlive(head.httpVersion, head.headers.getAll('connection'))) this.#closes = true
  }

  #connectionLines(hasEnd: boolean): string {
    return this.#closes || !hasEnd ? closeLines : this.#services.keepAliveLines
  }
}

/** RFC 9112 §9.3. */
function clientKeepsAlive(httpVersion: string, connection: readonly string[]): boolean {
  const tokens = listTokens(connection)
  return !tokens.includes('close') && (httpVersion === '1.1' || tokens.includes('keep-alive'))
}
