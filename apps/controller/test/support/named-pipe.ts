/** A real pipe with a reader that reads when it is told to. */

import { execFileSync } from 'node:child_process'
import { closeSync, constants, mkdtempSync, openSync, readSync, rmSync } from 'node:fs'
import { Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** The two ends of a pipe. */
export interface NamedPipe {
  /** Where to write; a write to a full pipe waits, as with the standard output that most programs are given. */
  readonly writeFd: number
  /** Starts to read. */
  read(): void
  /** Reads what is there, before it returns; only before `read` and before the event loop turned. */
  readNow(): void
  /** Lines that came so far. */
  lines(): readonly string[]
  /** What came after the last line feed. */
  rest(): string
  /** Resolves when every writer has closed its end; `closeWriter` closes ours. */
  readonly ended: Promise<void>
  closeWriter(): void
  closeReader(): void
}

/** Nothing is read before `read`. */
export function namedPipe(): NamedPipe {
  const folder = mkdtempSync(join(tmpdir(), 'ingresskit-pipe-'))
  const path = join(folder, 'pipe')
  execFileSync('mkfifo', [path])
  const readFd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
  const reader = new Socket({ fd: readFd, readable: true })
  const writeFd = openSync(path, constants.O_WRONLY)
  rmSync(folder, { recursive: true })
  reader.pause()
  let text = ''
  const { promise: ended, resolve } = Promise.withResolvers<void>()
  reader.once('close', () => resolve())
  reader.setEncoding('utf8')
  return {
    writeFd,
    read: () => {
      reader.on('data', (chunk: string) => {
        text += chunk
      })
      reader.resume()
    },
    readNow: () => {
      const buffer = Buffer.alloc(1_000_000)
      text += buffer.toString('utf8', 0, readSync(readFd, buffer))
    },
    lines: () => text.split('\n').slice(0, -1),
    rest: () => text.slice(text.lastIndexOf('\n') + 1),
    ended,
    closeWriter: () => closeSync(writeFd),
    closeReader: () => reader.destroy(),
  }
}
