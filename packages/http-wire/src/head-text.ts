/** Reads heads that arrive in any number of pieces. */

import type { Buffer } from 'node:buffer'

/** Octets of a first look: most heads are this short, and what follows one in the same read need not be made a string. */
const firstLook = 1024

const incomplete = { kind: 'incomplete' } as const

/** One for each direction of a connection, used for one head after the other. */
export class HeadText<Outcome extends { readonly kind: string; readonly length?: number }> {
  readonly #maxBytes: number
  readonly #parse: (text: string) => Outcome | typeof incomplete
  #known = ''
  #next = 0

  /** `parse` reads a head from the beginning of a text, which it gets up to one octet beyond `maxBytes`. */
  constructor(maxBytes: number, parse: (text: string) => Outcome | typeof incomplete) {
    this.#maxBytes = maxBytes
    this.#parse = parse
  }

  /** Nothing of a head has arrived. */
  get isEmpty(): boolean {
    return this.#known === ''
  }

  /** After a head was read: where what follows it begins. */
  get next(): number {
    return this.#next
  }

  /** The head that these octets complete, or what is wrong with it. What is incomplete is kept for the next call. */
  read(buffer: Buffer, start: number, end: number): Outcome | typeof incomplete {
    let outcome = this.#look(buffer, start, Math.min(end, start + firstLook))
    if (outcome.kind === 'incomplete' && end - start > firstLook) outcome = this.#look(buffer, start, end)
    if (outcome.kind === 'incomplete') {
      this.#known += this.#piece(buffer, start, end)
      return outcome
    }
    this.#next = start + ((outcome as Outcome).length ?? 0) - this.#known.length
    this.#known = ''
    return outcome
  }

  #look(buffer: Buffer, start: number, end: number): Outcome | typeof incomplete {
    const piece = this.#piece(buffer, start, end)
    if (this.#known === '') return this.#parse(piece)
    const length = this.#known.length + piece.length
    // A head that comes octet by octet is read again with each line, not with each octet; at its beginning,
    // where most of what is no HTTP shows itself, at once.
    if (this.#known.length >= 64 && length <= this.#maxBytes && !piece.includes('\n')) return incomplete
    return this.#parse(this.#known + piece)
  }

  #piece(buffer: Buffer, start: number, end: number): string {
    return buffer.toString('latin1', start, Math.min(end, start + this.#maxBytes + 1 - this.#known.length))
  }
}
