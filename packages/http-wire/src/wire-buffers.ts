/** Buffers that all connections of one thread share, so that a request costs none. */

import { Buffer } from 'node:buffer'
import type { Socket } from 'node:net'

/** One read: as much as the system hands over at once. */
export const readBytes: number = 64 * 1024

/** What is written in one piece by copying: a read, and the head and chunk framing around it. */
const outputBytes = readBytes + 20 * 1024

/** Up to here octets travel as a latin1 string, which costs less than a view of a buffer. */
const textBytes = 1024

/** Above this, octets in a buffer of their own are not copied: two system calls cost less. */
const copiedBytes = 60 * 1024

/** Octets between two strings, as one message or a piece of one. */
export interface OutputPiece {
  /** Written before the octets, one octet for each character. */
  readonly head: string
  /** Where the octets are. */
  readonly buffer: Buffer
  /** The first of them. */
  readonly start: number
  /** Behind the last of them. */
  readonly end: number
  /** Written after the octets. */
  readonly tail: string
  /** `borrowed`: the buffer is read into again after this call. `own`: it is kept until the write is done. */
  readonly ownership: 'borrowed' | 'own'
}

/** One for each thread. */
export class WireBuffers {
  /** Every connection that has no buffer of its own reads into this one; what is in it must be used or copied within the call. */
  readonly read: Buffer = Buffer.allocUnsafeSlow(readBytes)
  #output: Buffer = Buffer.allocUnsafeSlow(outputBytes)

  /**
   * Writes with one system call where that is possible. Returns false when the socket's buffer is full: wait for `drain`.
   * An `own` buffer that `socket.writableLength > 0` afterwards is still being written.
   */
  write(socket: Socket, piece: OutputPiece): boolean {
    const { head, buffer, start, end, tail, ownership } = piece
    const length = end - start
    if (length === 0) return socket.write(head + tail, 'latin1')
    if (length <= textBytes) return socket.write(head + buffer.toString('latin1', start, end) + tail, 'latin1')
    if (ownership === 'own' && length > copiedBytes) return writeParts(socket, piece)
    return this.#writeCopy(socket, piece)
  }

  #writeCopy(socket: Socket, { head, buffer, start, end, tail }: OutputPiece): boolean {
    const total = head.length + end - start + tail.length
    // A TLS socket is never done at once, and would take the kept buffer away with every write.
    const isKept = total <= outputBytes && !('encrypted' in socket)
    const output = isKept ? this.#output : Buffer.allocUnsafe(total)
    let at = head === '' ? 0 : output.write(head, 'latin1')
    at += buffer.copy(output, at, start, end)
    if (tail !== '') at += output.write(tail, at, 'latin1')
    const takesMore = socket.write(output.subarray(0, at))
    if (isKept && socket.writableLength > 0) this.#output = Buffer.allocUnsafeSlow(outputBytes)
    return takesMore
  }
}

function writeParts(socket: Socket, { head, buffer, start, end, tail }: OutputPiece): boolean {
  const view = buffer.subarray(start, end)
  if (head === '' && tail === '') return socket.write(view)
  socket.cork()
  let takesMore = true
  if (head !== '') takesMore = socket.write(head, 'latin1')
  takesMore = socket.write(view)
  if (tail !== '') takesMore = socket.write(tail, 'latin1')
  socket.uncork()
  return takesMore
}
