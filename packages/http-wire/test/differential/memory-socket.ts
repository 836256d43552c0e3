/** A connection without a network: what is given to it is read by the other side in the same pieces. */

import { Duplex } from 'node:stream'

export class MemorySocket extends Duplex {
  constructor() {
    super({ allowHalfOpen: true })
  }

  /** Hands over one piece, one character per byte. */
  give(piece: string): void {
    if (!this.destroyed && !this.readableEnded) this.push(Buffer.from(piece, 'latin1'))
  }

  /** The peer ends. */
  giveEnd(): void {
    if (!this.destroyed) this.push(null)
  }

  override _read(): void {
    // Pieces are pushed as they are given.
  }

  override _write(_chunk: unknown, _encoding: string, done: () => void): void {
    done()
  }
}
