/** A client's request body, read only when an upstream can take it, and replayable while it is small. */

import { Readable } from 'node:stream'
import { silenceTimer, type SilenceTimer } from './silence-timer.ts'

export interface RequestBodyOptions {
  /** The client's message; absent when there is no body. */
  readonly source?: Readable
  readonly maxReplayBytes: number
  readonly idleTimeoutMs: number
  /** Called once, before the first read from the client. */
  readonly onStart: () => void
  /** The client fell silent in the middle of the body. */
  readonly onIdle: () => void
  /** A piece, or the end, was handed to the attempt. */
  readonly onMoved: () => void
  /** The attempt wants more than the client has sent: whatever happens now, the upstream is not to blame. */
  readonly onWaiting: () => void
}

/**
 * Hands the body to one attempt after another. Nothing is read from the client before an attempt's stream is opened, which
 * happens when its connection stands: a connection failure therefore never costs a byte of the body.
 */
export class RequestBody {
  readonly #source: Readable | undefined
  readonly #options: RequestBodyOptions
  readonly #idle: SilenceTimer
  #kept: Buffer[] = []
  #keptBytes = 0
  #isReplayable = true
  #started = false
  #stopped = false
  #ended: boolean
  #waiting: AttemptBody | undefined
  #bytes = 0
  readonly #onReadable = (): void => this.#wake()

  constructor(options: RequestBodyOptions) {
    this.#options = options
    this.#source = options.source
    this.#ended = options.source === undefined
    this.#idle = silenceTimer(options.idleTimeoutMs, options.onIdle)
  }

  /** Bytes read from the client so far. */
  get bytes(): number {
    return this.#bytes
  }

  /** Whether a new attempt would get all of it. */
  get isReplayable(): boolean {
    return this.#isReplayable
  }

  /** Whether all of it was read from the client. */
  get isComplete(): boolean {
    return this.#ended
  }

  /** A stream of the whole body for one attempt; only the latest one gets data. */
  forAttempt(): AttemptBody {
    this.#waiting = undefined
    this.#idle.pause() // the client is asked for nothing until this attempt is connected
    return new AttemptBody(this)
  }

  /** No attempt needs it any more: what the client still sends is read and dropped, for as long as its connection is left open. */
  stop(): void {
    this.#waiting = undefined
    this.#idle.pause()
    // Once only: taking a `readable` listener off a flowing stream, even one that is not there, stops it.
    if (!this.#started || this.#ended || this.#stopped) return
    this.#stopped = true
    this.#source?.off('readable', this.#onReadable)
    this.#source?.resume()
  }

  /** Gives the attempt its next piece, now or when the client sends it. */
  supply(attempt: AttemptBody, position: number): void {
    const kept = this.#kept[position]
    if (kept !== undefined) {
      this.#give(attempt, kept)
      return
    }
    if (this.#source === undefined || this.#ended) {
      this.#give(attempt, undefined)
      return
    }
    this.#start(this.#source)
    const chunk = this.#source.read() as Buffer | null
    if (chunk === null) {
      this.#waiting = attempt
      this.#idle.touch()
      this.#options.onWaiting()
      return
    }
    this.#keep(chunk)
    this.#give(attempt, chunk)
  }

  #give(attempt: AttemptBody, chunk: Buffer | undefined): void {
    this.#options.onMoved()
    attempt.receive(chunk)
  }

  #start(source: Readable): void {
    if (this.#started) return
    this.#started = true
    source.on('readable', this.#onReadable)
    source.on('end', () => {
      this.#ended = true
      this.#wake()
    })
    this.#options.onStart()
  }

  #wake(): void {
    const attempt = this.#waiting
    if (attempt === undefined) return
    this.#waiting = undefined
    this.#idle.pause()
    attempt.resupply()
  }

  #keep(chunk: Buffer): void {
    this.#bytes += chunk.length
    if (!this.#isReplayable) return
    this.#keptBytes += chunk.length
    if (this.#keptBytes <= this.#options.maxReplayBytes) {
      this.#kept.push(chunk)
    } else {
      this.#isReplayable = false
      this.#kept = []
    }
  }
}

/** The body as one attempt reads it. Closed until `open`. */
export class AttemptBody extends Readable {
  readonly #body: RequestBody
  #isOpen = false
  #isWanted = false
  #position = 0

  constructor(body: RequestBody) {
    super()
    this.#body = body
  }

  open(): void {
    this.#isOpen = true
    if (this.#isWanted) this.resupply()
  }

  receive(chunk: Buffer | undefined): void {
    if (this.destroyed) return
    this.#isWanted = false
    this.#position += 1
    this.push(chunk ?? null)
  }

  resupply(): void {
    if (!this.destroyed) this.#body.supply(this, this.#position)
  }

  override _read(): void {
    this.#isWanted = true
    if (this.#isOpen) this.resupply()
  }
}
