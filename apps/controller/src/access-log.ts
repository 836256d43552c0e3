import type { RequestRecord } from '@ingresskit/proxy'
import { accessLogLine } from './access-log-line.ts'
import { type LineDestination, lineDestination, maxWholeBytes } from './line-destination.ts'

/** How long a line waits for others that are written with it. */
const batchMs = 100

/** Finished requests as JSON lines, those of one thread. */
export interface AccessLog {
  /** Never waits and never throws: a line that a slow or absent reader leaves no room for is dropped and counted. */
  record(record: RequestRecord): void
  /** Writes what waits, for a second at most, and gives up the rest. To be called before the thread ends; later lines are dropped. */
  close(): Promise<void>
}

export interface AccessLogOptions {
  /** Where the lines go; 1 is standard output, which several threads may share. Closed by `close`, except 1 and 2. */
  readonly fd: number
  /** Milliseconds since the epoch. */
  readonly now: () => number
  /** So many more lines were dropped. */
  onDropped(lines: number): void
}

/**
 * Lines gather for 100 ms, or until they fill what a pipe takes as a whole: the lines of several threads never mix.
 *
 * @throws when `fd` is not open.
 */
export function accessLog(options: AccessLogOptions): AccessLog {
  return new BatchedAccessLog(options)
}

class BatchedAccessLog implements AccessLog {
  readonly #now: () => number
  readonly #destination: LineDestination
  #batch = ''
  #batchBytes = 0
  #timer: NodeJS.Timeout | undefined

  constructor(options: AccessLogOptions) {
    this.#now = options.now
    this.#destination = lineDestination({
      fd: options.fd,
      fileWriter: 'pool',
      onDropped: lines => options.onDropped(lines),
    })
  }

  record(record: RequestRecord): void {
    const line = accessLogLine(record, this.#now())
    const bytes = Buffer.byteLength(line)
    if (this.#batchBytes + bytes > maxWholeBytes) this.#writeBatch()
    this.#batch += line
    this.#batchBytes += bytes
    this.#timer ??= setTimeout(() => this.#writeBatch(), batchMs).unref()
  }

  async close(): Promise<void> {
    this.#writeBatch()
    return this.#destination.close()
  }

  #writeBatch(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    if (this.#batch !== '') this.#destination.write(this.#batch)
    this.#batch = ''
    this.#batchBytes = 0
  }
}
