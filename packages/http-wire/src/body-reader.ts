/** Reads the bodies of one side of a connection, one message after another. */

import type { Buffer } from 'node:buffer'
import type { AnswerFraming } from './body-framing.ts'
import { ChunkedDecoder, type ChunkedProgress } from './chunked-decoder.ts'
import type { Fields } from './field-list.ts'
import type { ReceivedOctets } from './received-octets.ts'

/** Kept for the life of a connection; `begin` makes it ready for the next message. */
export class BodyReader {
  #remaining = 0
  #decoder: ChunkedDecoder | undefined
  #dataEnd = 0
  #next = 0

  /** Before the first octet of a body. */
  begin(framing: AnswerFraming): void {
    this.#decoder = framing.kind === 'chunked' ? new ChunkedDecoder() : undefined
    this.#remaining = framing.kind === 'length' ? framing.bytes : framing.kind === 'none' ? 0 : Infinity
  }

  /** Whether the message ended. */
  get isDone(): boolean {
    return this.#remaining === 0
  }

  /** Whether the body has an end of its own, which a closed connection is not. */
  get isChunked(): boolean {
    return this.#decoder !== undefined
  }

  /** Octets still to come; `Infinity` where only the end will tell. */
  get remaining(): number {
    return this.#remaining
  }

  /** After `take`: the data is in the buffer from `start` to here. */
  get dataEnd(): number {
    return this.#dataEnd
  }

  /** After `take`: what follows begins here. */
  get next(): number {
    return this.#next
  }

  /** Trailers of a chunked body, after its end. */
  get trailers(): Fields | undefined {
    return this.#decoder?.trailers
  }

  /** Takes what belongs to the body. Chunked data is moved together within the buffer. */
  take(buffer: Buffer, start: number, end: number): ChunkedProgress {
    if (this.#decoder !== undefined) {
      const progress = this.#decoder.decode(buffer, start, end)
      this.#dataEnd = this.#decoder.dataEnd
      this.#next = this.#decoder.consumed
      if (progress === 'done') this.#remaining = 0
      return progress
    }
    const taken = Math.min(this.#remaining, end - start)
    this.#remaining -= taken
    this.#dataEnd = start + taken
    this.#next = this.#dataEnd
    return this.#remaining === 0 ? 'done' : 'more'
  }

  /** As `take`, from a window that is moved past what was taken. */
  takeFrom(received: ReceivedOctets): ChunkedProgress {
    const progress = this.take(received.buffer, received.at, received.end)
    received.at = this.#next
    return progress
  }
}
