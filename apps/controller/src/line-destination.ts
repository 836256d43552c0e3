import { pino } from 'pino'
import { openForLines, type WaitsFor } from './open-for-lines.ts'

/** Bytes of a write that are never mixed with those of another: what a pipe takes as a whole (PIPE_BUF of POSIX.1, on Linux). */
export const maxWholeBytes = 4096

/** Bytes that wait for a slow reader at most, in each destination. */
const maxWaitingBytes = 1_048_576

/** When a full pipe is tried again, unless a write comes earlier that tries it. */
const retryMs = 10

/** How long `close` waits for a reader. */
const closeMs = 1000

/** Where lines of text go; never makes the program wait for who reads them. */
export interface LineDestination {
  /** Takes whole lines. They stay whole among those of other threads when they are at most `maxWholeBytes` together. Never throws. */
  write(lines: string): void
  /** Writes what waits, for a second at most, and gives up the rest; later lines are dropped. */
  close(): Promise<void>
}

export interface LineDestinationOptions {
  /** 1 is standard output. Closed by `close`, except 1 and 2. */
  readonly fd: number
  /** Who writes to a file: the thread itself, so that nothing is lost when the process ends, or Node's pool, since a disk may be slow. */
  readonly fileWriter: 'thread' | 'pool'
  /** So many more lines were dropped: there was no room for them, or nobody to read them. */
  onDropped(lines: number): void
}

/** @throws when `fd` is not open. */
export function lineDestination(options: LineDestinationOptions): LineDestination {
  return new PinoDestination(options)
}

type Destination = ReturnType<typeof pino.destination>

class PinoDestination implements LineDestination {
  readonly #onDropped: LineDestinationOptions['onDropped']
  readonly #destination: Destination
  readonly #ended = Promise.withResolvers<void>()
  #retryTimer: NodeJS.Timeout | undefined
  #state: 'open' | 'closing' | 'closed' = 'open'

  constructor(options: LineDestinationOptions) {
    this.#onDropped = lines => options.onDropped(lines)
    this.#destination = openDestination(options)
    this.#destination.on('drop', (lines: string) => this.#drop(lines))
    this.#destination.on('error', (error: NodeJS.ErrnoException) => this.#failed(error))
    this.#destination.once('close', () => this.#end())
  }

  write(lines: string): void {
    if (this.#state === 'open') this.#destination.write(lines)
    else this.#drop(lines)
  }

  async close(): Promise<void> {
    if (this.#state === 'open') {
      this.#state = 'closing'
      const deadline = setTimeout(() => {
        this.#destination.destroy()
        this.#end()
      }, closeMs)
      void this.#ended.promise.then(() => clearTimeout(deadline))
      // `end` tries again by itself; a retry that comes after it was through would throw.
      this.#stopRetry()
      this.#destination.end()
    }
    return this.#ended.promise
  }

  #drop(lines: string): void {
    this.#onDropped(lines.split('\n').length - 1)
  }

  #failed({ code }: NodeJS.ErrnoException): void {
    // The reader is gone for good; pino's destination ignores everything from now on.
    if (code === 'EPIPE') return this.#end()
    // Anything else may pass (a full pipe, a full disk): what waits is still there and goes out with the next write that succeeds.
    this.#retryTimer ??= setTimeout(() => {
      this.#retryTimer = undefined
      this.#destination.flush()
    }, retryMs).unref()
  }

  #end(): void {
    this.#state = 'closed'
    this.#stopRetry()
    this.#ended.resolve()
  }

  #stopRetry(): void {
    clearTimeout(this.#retryTimer)
    this.#retryTimer = undefined
  }
}

function openDestination({ fd: shared, fileWriter }: LineDestinationOptions): Destination {
  const { fd, waitsFor } = openForLines(shared)
  return pino.destination({
    dest: fd,
    ...writerOf(waitsFor, fileWriter),
    // With 0, pino's `flush` does nothing.
    minLength: 1,
    maxLength: maxWaitingBytes,
    // pino would sleep for 100 ms, this thread or what it has to write; `#failed` does better.
    retryEAGAIN: () => false,
  })
}

/** Node's pool does one write for each turn of the event loop, which is not enough for a busy thread and 4096 bytes. */
function writerOf(
  waitsFor: WaitsFor,
  fileWriter: LineDestinationOptions['fileWriter'],
): { readonly sync: boolean; readonly maxWrite: number } {
  switch (waitsFor) {
    case 'nothing':
      return { sync: true, maxWrite: maxWholeBytes }
    case 'disk':
      // Writes to a file are whole whatever their length.
      return { sync: fileWriter === 'thread', maxWrite: 65_536 }
    case 'reader':
      return { sync: false, maxWrite: maxWholeBytes }
    default:
      return waitsFor
  }
}
