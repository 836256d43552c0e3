/** What a connection has received and nobody has used yet. */

import { Buffer } from 'node:buffer'

const nothing = Buffer.alloc(0)

/** A window on the buffer of the present read or, between reads, on octets of its own. */
export class ReceivedOctets {
  /** Where they are. */
  buffer: Buffer = nothing
  /** The first octet that was not used. */
  at = 0
  /** Behind the last one. */
  end = 0
  #isCarried = false

  /** Nothing is left. */
  get isEmpty(): boolean {
    return this.at >= this.end
  }

  /** The octets are kept from an earlier read. */
  get isCarried(): boolean {
    return this.#isCarried
  }

  /** Octets of a read, behind what is left. */
  add(buffer: Buffer, start: number, end: number): void {
    if (!this.isEmpty)
      return this.#carry(Buffer.concat([this.buffer.subarray(this.at, this.end), buffer.subarray(start, end)]))
    this.buffer = buffer
    this.at = start
    this.end = end
    this.#isCarried = false
  }

  /** The call that brought them ends: what is left is copied, unless its buffer is not read into again. */
  keep(ownership: 'borrowed' | 'own'): void {
    if (this.isEmpty || this.#isCarried) return
    const rest = this.buffer.subarray(this.at, this.end)
    this.#carry(ownership === 'own' ? rest : Buffer.from(rest))
  }

  /** Nobody wants what is left. */
  drop(): void {
    this.at = this.end
  }

  #carry(rest: Buffer): void {
    this.buffer = rest
    this.at = 0
    this.end = rest.length
    this.#isCarried = true
  }
}
