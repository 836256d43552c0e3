/** The chunked transfer coding (RFC 9112 §7.1), decoded as it comes and checked to the last octet. */

import type { Buffer } from 'node:buffer'
import type { Fields } from './field-list.ts'
import { CR, hexValues, LF, tokenOctets, valueOctets } from './octets.ts'
import { parseFields } from './parse-fields.ts'
import { WireFields } from './wire-fields.ts'

/** Bounds of what a chunked body may carry beside its data. */
export interface ChunkedLimits {
  /** Octets of chunk extensions in one body; they are dropped, and more are refused. Default 4 KiB. */
  readonly maxExtensionBytes: number
  /** Octets of the trailer section; more are refused. Default 8 KiB. */
  readonly maxTrailerBytes: number
  /** Trailer fields; more are refused. Default 32. */
  readonly maxTrailerCount: number
}

/** More than any known sender uses. */
export const defaultChunkedLimits: ChunkedLimits = {
  maxExtensionBytes: 4096,
  maxTrailerBytes: 8192,
  maxTrailerCount: 32,
}

/** `more`: the body goes on. `done`: it ended. `malformed` and `too-long` (a bound was passed): nothing after it can be trusted. */
export type ChunkedProgress = 'more' | 'done' | 'malformed' | 'too-long'

type State =
  | 'size'
  | 'size-digits'
  | 'size-lf'
  | 'extension-name'
  | 'extension-value'
  | 'extension-quoted'
  | 'extension-escape'
  | 'extension-quoted-end'
  | 'data'
  | 'data-cr'
  | 'data-lf'
  | 'trailers'
  | 'done'
  | 'malformed'

/** 13 hexadecimal digits stay below Number.MAX_SAFE_INTEGER. */
const maxSizeDigits = 13

/** Decodes one body. Feed it with `decode`; afterwards `dataEnd` and `consumed` say what was found. */
export class ChunkedDecoder {
  readonly #limits: ChunkedLimits
  #state: State = 'size'
  #remaining = 0
  #digits = 0
  #extensionBytes = 0
  #trailerText = ''
  #trailers: Fields | undefined
  #dataEnd = 0
  #consumed = 0

  constructor(limits: ChunkedLimits = defaultChunkedLimits) {
    this.#limits = limits
  }

  /** The data of the last call is in its buffer from the `start` it was given to here. */
  get dataEnd(): number {
    return this.#dataEnd
  }

  /** Position after the last octet that was read: after `done`, of what follows the body. */
  get consumed(): number {
    return this.#consumed
  }

  /** The trailer section after `done`; `undefined` when it was empty. */
  get trailers(): Fields | undefined {
    return this.#trailers
  }

  /**
   * Reads the octets from `start` to `end`. The data of all chunks among them is moved together at `start`, within the buffer.
   * Cost: O(octets), no allocation but for trailers.
   */
  decode(buffer: Buffer, start: number, end: number): ChunkedProgress {
    let at = start
    let out = start
    while (at < end && this.#state !== 'done' && this.#state !== 'malformed') {
      if (this.#state === 'data') {
        const taken = Math.min(this.#remaining, end - at)
        if (out !== at) buffer.copyWithin(out, at, at + taken)
        out += taken
        at += taken
        this.#remaining -= taken
        if (this.#remaining === 0) this.#state = 'data-cr'
      } else if (this.#state === 'trailers') {
        this.#dataEnd = out
        return this.#readTrailers(buffer, at, end)
      } else {
        this.#state = this.#step(buffer[at] ?? 0)
        at++
      }
      if (this.#extensionBytes > this.#limits.maxExtensionBytes) return this.#refuse('too-long')
    }
    this.#dataEnd = out
    this.#consumed = at
    return this.#state === 'malformed' ? 'malformed' : this.#state === 'done' ? 'done' : 'more'
  }

  #step(octet: number): State {
    switch (this.#state) {
      case 'size':
      case 'size-digits':
        return this.#size(octet)
      case 'size-lf':
        if (octet !== LF) return 'malformed'
        return this.#remaining === 0 ? 'trailers' : 'data'
      case 'data-cr':
        return octet === CR ? 'data-lf' : 'malformed'
      case 'data-lf':
        this.#digits = 0
        return octet === LF ? 'size' : 'malformed'
      default:
        this.#extensionBytes++
        return this.#extension(octet)
    }
  }

  #size(octet: number): State {
    const digit = hexValues[octet] ?? 255
    if (digit !== 255) {
      this.#digits++
      this.#remaining = this.#remaining * 16 + digit
      return this.#digits > maxSizeDigits ? 'malformed' : 'size-digits'
    }
    if (this.#state === 'size') return 'malformed'
    return octet === CR ? 'size-lf' : octet === semicolon ? this.#beginName() : 'malformed'
  }

  /** RFC 9112 §7.1.1 without optional whitespace, which only senders of bad intent use. */
  #extension(octet: number): State {
    const isFirst = this.#digits === 0
    switch (this.#state) {
      case 'extension-name':
        if (tokenOctets[octet] === 1) return this.#continued('extension-name')
        if (isFirst) return 'malformed'
        return octet === equals ? this.#beginValue() : this.#afterExtension(octet)
      case 'extension-value':
        if (tokenOctets[octet] === 1) return this.#continued('extension-value')
        if (isFirst) return octet === quote ? 'extension-quoted' : 'malformed'
        return this.#afterExtension(octet)
      case 'extension-quoted':
        if (octet === quote) return 'extension-quoted-end'
        if (octet === backslash) return 'extension-escape'
        return valueOctets[octet] === 1 ? 'extension-quoted' : 'malformed'
      case 'extension-escape':
        return valueOctets[octet] === 1 ? 'extension-quoted' : 'malformed'
      default:
        return this.#afterExtension(octet)
    }
  }

  #beginName(): State {
    this.#digits = 0
    return 'extension-name'
  }

  #beginValue(): State {
    this.#digits = 0
    return 'extension-value'
  }

  #continued(state: State): State {
    this.#digits = 1
    return state
  }

  #afterExtension(octet: number): State {
    return octet === CR ? 'size-lf' : octet === semicolon ? this.#beginName() : 'malformed'
  }

  #readTrailers(buffer: Buffer, start: number, end: number): ChunkedProgress {
    const { maxTrailerBytes, maxTrailerCount } = this.#limits
    const known = this.#trailerText.length
    const text = this.#trailerText + buffer.toString('latin1', start, Math.min(end, start + maxTrailerBytes + 1))
    // Read again only when it can be complete: octets that come one by one must not cost a pass over all of them each.
    if (known > 2 && !text.includes('\n', known) && text.length <= maxTrailerBytes) {
      return this.#keepTrailers(text, end)
    }
    const trailers = parseFields(text, 0, maxTrailerCount)
    if (trailers === 'incomplete') {
      return text.length > maxTrailerBytes ? this.#refuse('too-long') : this.#keepTrailers(text, end)
    }
    if (!(trailers instanceof WireFields))
      return this.#refuse(trailers === 'too-many-fields' ? 'too-long' : 'malformed')
    if (trailers.end > maxTrailerBytes) return this.#refuse('too-long')
    // RFC 9110 §6.5.1: what frames or routes a message must not come after it.
    if (trailers.has('content-length') || trailers.has('transfer-encoding') || trailers.has('host'))
      return this.#refuse('malformed')
    this.#trailers = trailers.count === 0 ? undefined : trailers
    this.#consumed = start + trailers.end - known
    this.#state = 'done'
    return 'done'
  }

  #keepTrailers(text: string, end: number): ChunkedProgress {
    this.#trailerText = text
    this.#consumed = end
    return 'more'
  }

  #refuse(progress: 'malformed' | 'too-long'): ChunkedProgress {
    this.#state = 'malformed'
    return progress
  }
}

const semicolon = 0x3b
const equals = 0x3d
const quote = 0x22
const backslash = 0x5c
