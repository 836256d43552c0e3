/** A request body that can be sent again, while it is small and the request may be repeated. */

import { Buffer } from 'node:buffer'

/** Octets kept; a longer body cannot be sent again. */
const maxReplayBytes = 64 * 1024

/** Copies of the pieces, in order. */
export class KeptBody {
  #pieces: Buffer[] | undefined = []
  #bytes = 0

  /** Whether everything that was added is here. */
  get isWhole(): boolean {
    return this.#pieces !== undefined
  }

  get pieces(): readonly Buffer[] {
    return this.#pieces ?? []
  }

  add(buffer: Buffer, start: number, end: number): void {
    this.#bytes += end - start
    if (this.#bytes > maxReplayBytes) this.#pieces = undefined
    else this.#pieces?.push(Buffer.from(buffer.subarray(start, end)))
  }
}
