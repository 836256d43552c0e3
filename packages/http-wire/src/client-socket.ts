/** The socket of a client: how it is read, written and ended, whatever is spoken on it. */

import type { Buffer } from 'node:buffer'
import type { Socket } from 'node:net'
import type { Expiring } from './deadlines.ts'
import type { ServerConnectionSettings } from './server-connection-host.ts'
import { SocketReader } from './socket-reader.ts'
import type { OutputPiece } from './wire-buffers.ts'

/** Reads from the beginning. */
export abstract class ClientSocket implements Expiring {
  /** When something that is awaited will not have come. */
  deadlineAt: number = Infinity
  /** The same for all connections of a listener. */
  protected readonly settings: ServerConnectionSettings
  /** Brings the octets. */
  protected readonly reader: SocketReader
  /** The transport. */
  protected readonly socket: Socket
  /** A write was not taken whole; `drained` follows. */
  protected waitsForDrain = false

  /** `accepted` is a paused connection of a `net.Server`, or a TLS socket after its handshake. */
  constructor(accepted: Socket, settings: ServerConnectionSettings) {
    this.settings = settings
    this.reader = new SocketReader(this, settings.buffers)
    const socket = settings.clientReads === 'shared-buffer' ? this.reader.adopt(accepted) : this.reader.listen(accepted)
    this.socket = socket
    socket.on('drain', () => this.drained())
    socket.on('end', () => this.ended())
    socket.on('error', () => {}) // `close` follows, and is where it is dealt with
    socket.once('close', () => {
      settings.deadlines.delete(this)
      this.closed()
    })
    settings.deadlines.add(this)
  }

  /** Whether something that was written has not been taken by the system yet. */
  get isWriting(): boolean {
    return this.socket.writableLength > 0
  }

  /** Writes text. Returns false when the client is to be waited for; the handler's `clientDrained` tells when. */
  writeText(text: string): boolean {
    return this.#wrote(this.socket.write(text, 'latin1'))
  }

  /** Writes octets of an upstream between two texts; the result is as with `writeText`. */
  write(piece: OutputPiece): boolean {
    return this.#wrote(this.settings.buffers.write(this.socket, piece))
  }

  /** The octets of the present call are still being written to somewhere else. */
  keepOctets(): void {
    this.reader.giveAway()
  }

  /** Sends FIN; what comes in is still handed over. */
  endWriting(): void {
    this.socket.end()
  }

  /** Ends it now. The handler is told by `clientClosed`. */
  destroy(): void {
    this.socket.destroy()
  }

  /** Ends it with RST where the transport has one: the client must not take the answer for complete. */
  reset(): void {
    if ('encrypted' in this.socket || this.socket.destroyed) this.socket.destroy()
    else this.socket.resetAndDestroy()
  }

  /** `deadlineAt` has passed. */
  abstract expired(): void
  /** Octets from the socket. */
  abstract received(buffer: Buffer, start: number, end: number): void
  /** What was written was taken. */
  protected abstract drained(): void
  /** The client sent FIN. */
  protected abstract ended(): void
  /** The socket is gone. */
  protected abstract closed(): void

  /** Ends it when everything is written. With nothing left, closing sends FIN by itself: no system call of its own for that. */
  protected closeSoon(): void {
    if (this.isWriting || 'encrypted' in this.socket) this.socket.destroySoon()
    else this.socket.destroy()
  }

  /** RFC 9112 §9.6: our side closes, and what the client still sends is read and dropped for a while. */
  protected lingerAndClose(): void {
    const { lingerMs, writeIdleTimeoutMs } = this.settings.limits
    this.allow(this.isWriting ? Math.max(lingerMs, writeIdleTimeoutMs) : lingerMs)
    this.socket.end()
    this.reader.resume()
  }

  /** The deadline moves to so much from now. */
  protected allow(timeMs: number): void {
    this.deadlineAt = this.settings.deadlines.now() + timeMs
  }

  #wrote(takesMore: boolean): boolean {
    if (takesMore) return true
    this.waitsForDrain = true
    this.allow(this.settings.limits.writeIdleTimeoutMs)
    return false
  }
}
