// Bodies that are still being read: how many bytes of them there may be in memory, together and each.

/** How many bytes all bodies together may take; a client that sends slowly takes no more than what it sent. */
export class BodyRoom {
  #left: number

  constructor(maxBytes: number) {
    this.#left = maxBytes
  }

  /** Takes them all, or none. */
  take(bytes: number): 'taken' | 'no-room' {
    if (bytes > this.#left) return 'no-room'
    this.#left -= bytes
    return 'taken'
  }

  giveBack(bytes: number): void {
    this.#left += bytes
  }
}

/**
 * The bytes of one body, in one piece of memory that grows by doubling. Pieces are copied and not kept: a client that sends one byte at
 * a time would make each of them cost a hundred.
 */
export class ReviewBytes {
  readonly #room: BodyRoom
  readonly #maxBytes: number
  #memory: Buffer = Buffer.alloc(0)
  #length = 0

  constructor(room: BodyRoom, maxBytes: number) {
    this.#room = room
    this.#maxBytes = maxBytes
  }

  /** `too-many`: the body is larger than it may be. Nothing is added then, nor without room. */
  add(chunk: Buffer): 'added' | 'too-many' | 'no-room' {
    const length = this.#length + chunk.length
    if (length > this.#maxBytes) return 'too-many'
    if (length > this.#memory.length && this.#grow(length) === 'no-room') return 'no-room'
    chunk.copy(this.#memory, this.#length)
    this.#length = length
    return 'added'
  }

  /** As UTF-8; what is none becomes U+FFFD. */
  text(): string {
    return this.#memory.toString('utf8', 0, this.#length)
  }

  /** Forgets them, and gives their room back. */
  release(): void {
    this.#room.giveBack(this.#memory.length)
    this.#memory = Buffer.alloc(0)
    this.#length = 0
  }

  #grow(needed: number): 'grown' | 'no-room' {
    const ample = Math.min(Math.max(needed, this.#memory.length * 2, leastBytes), this.#maxBytes)
    const size = [ample, needed].find(bytes => this.#room.take(bytes - this.#memory.length) === 'taken')
    if (size === undefined) return 'no-room'
    const memory = Buffer.alloc(size)
    this.#memory.copy(memory, 0, 0, this.#length)
    this.#memory = memory
    return 'grown'
  }
}

/** Most reviews fit in; 256 connections with so much are 2 MiB. */
const leastBytes = 8192
