/** Reads of a socket without a stream in between: octets are handed over where the system put them. */

import { Buffer } from 'node:buffer'
import { Socket, type OnReadOpts } from 'node:net'
import { readBytes, type WireBuffers } from './wire-buffers.ts'

/** Who gets the octets. */
export interface ReaderOwner {
  /** Octets from `start` to `end`; the buffer may be used after the call only when the reader says `own`. */
  received(buffer: Buffer, start: number, end: number): void
}

/**
 * Reads into the buffer of the thread, or into one of its own while a long body passes. Three sources fit: a socket made with
 * `onread` as its option, an accepted socket (`adopt`), and any other stream of `data` events (`listen`), TLS among them.
 */
export class SocketReader {
  readonly #owner: ReaderOwner
  readonly #buffers: WireBuffers
  #socket: Socket | undefined
  #own: Buffer | undefined
  #current: Buffer | undefined
  #wantsOwn = false
  #isPaused = false
  #hasEvents = false

  constructor(owner: ReaderOwner, buffers: WireBuffers) {
    this.#owner = owner
    this.#buffers = buffers
  }

  /** What may be done with the octets of the present call. */
  get ownership(): 'borrowed' | 'own' {
    return this.#hasEvents || this.#own !== undefined ? 'own' : 'borrowed'
  }

  /** For the options of `net.connect` or `tls.connect`; then `use` with the socket. */
  onread(): OnReadOpts {
    return {
      buffer: () => this.#next() as Buffer, // Node keeps the one it has when it gets none
      callback: (count, buffer) => {
        this.#owner.received(buffer as Buffer, 0, count)
        return true
      },
    }
  }

  /** The socket was made with `onread`. */
  use(socket: Socket): void {
    this.#socket = socket
  }

  /** Reads by `data` events: for sockets that were not made with `onread`. */
  listen(socket: Socket): Socket {
    this.#socket = socket
    this.#hasEvents = true
    socket.on('data', (chunk: Buffer) => this.#owner.received(chunk, 0, chunk.length))
    socket.resume() // a server's `pauseOnConnect` left it paused
    return socket
  }

  /**
   * Takes an accepted, paused connection over into a socket with `onread`, which Node's servers cannot make. Where Node does not
   * show the handle it takes, the socket is used as it is, by `data` events.
   */
  adopt(accepted: Socket): Socket {
    const handle = (accepted as HandleOwner)._handle
    if (handle === undefined || handle === null || typeof handle.readStart !== 'function') {
      return this.listen(accepted)
    }
    ;(accepted as HandleOwner)._handle = null
    const socket = new Socket({ handle, onread: this.onread(), allowHalfOpen: true } as never)
    this.#socket = socket
    // An empty shell now, which its server would count as open for ever. Kept until the end it would cost as much as the socket itself.
    accepted.destroy()
    return socket
  }

  /** From the next read on: a buffer that need not be copied before the read after it, for long bodies. */
  useOwnBuffer(): void {
    this.#wantsOwn = true
  }

  /** From the next read on: the buffer of the thread. */
  useSharedBuffer(): void {
    this.#wantsOwn = false
  }

  /** The octets of the present call are still being written: the next read goes elsewhere. */
  giveAway(): void {
    if (!this.#hasEvents) this.#own = undefined
  }

  /** Stops reading until `resume`. */
  pause(): void {
    if (this.#isPaused) return
    this.#isPaused = true
    this.#socket?.pause()
  }

  /** Reads on. */
  resume(): void {
    if (!this.#isPaused) return
    this.#isPaused = false
    this.#socket?.resume()
  }

  /** The buffer of the next read; nothing while it stays the same, which saves Node its checks of it. */
  #next(): Buffer | undefined {
    const next = this.#wantsOwn ? (this.#own ??= Buffer.allocUnsafeSlow(readBytes)) : this.#buffers.read
    if (!this.#wantsOwn) this.#own = undefined
    if (next === this.#current) return undefined
    this.#current = next
    return next
  }
}

interface HandleOwner {
  _handle?: { readonly readStart?: unknown } | null
}
