// One answer on its way to the client; it can be held up, slowed down and cut.
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { FakeSchedule } from './fake-api-server-schedule.ts'

/** How an answer's connection is ended before its time. */
export type CutMode =
  /** The answer is complete as far as HTTP is concerned; the connection stays. */
  | 'end'
  /** The connection is closed (FIN) in the middle of the answer. */
  | 'fin'
  /** The connection is reset (RST) in the middle of the answer. */
  | 'reset'

/** An answer being sent. What is written after its end, or after the client has gone, is ignored. */
export interface AnswerStream {
  head(code: number, headers: Readonly<Record<string, string>>): void
  /** Calls `then` once it was handed to the connection. */
  write(text: string, then?: () => void): void
  end(): void
  cut(mode: CutMode): void
  /** From now on nothing is sent, and nothing lost. Holds add up. */
  hold(): void
  /** Takes one hold back; with the last one, everything that waited is sent. */
  release(): void
  /** Calls once the answer is over, for whatever reason. */
  onClose(run: () => void): void
}

/** How fast it is sent. */
export interface AnswerPace {
  readonly delayMs: number
  /** `Infinity` for as fast as it goes. */
  readonly bytesPerSecond: number
}

interface StreamParts {
  readonly incoming: IncomingMessage
  readonly response: ServerResponse
  readonly schedule: FakeSchedule
  readonly pace: AnswerPace | undefined
  /** Resets the connection of the request. */
  readonly reset: () => void
}

/** Slow answers are sent in parts, so many each second. */
const partsPerSecond = 20

/** The stream of an answer. */
export function answerStream({ incoming, response, schedule, pace, reset }: StreamParts): AnswerStream {
  const queue: (() => void)[] = []
  let holds = 0
  let isOver = false
  let cancelPart: (() => void) | undefined

  const flush = (): void => {
    while (holds === 0 && cancelPart === undefined) {
      const next = queue.shift()
      if (!next) return
      next()
    }
  }
  const enqueue = (step: () => void): void => {
    queue.push(step)
    flush()
  }
  const writePaced = (text: string, bytesPerSecond: number): void => {
    const bytes = Buffer.from(text)
    const partLength = Math.max(1, Math.floor(bytesPerSecond / partsPerSecond))
    for (let at = 0; at < bytes.length; at += partLength) {
      enqueue(() => {
        response.write(bytes.subarray(at, at + partLength))
        cancelPart = schedule(1000 / partsPerSecond, () => {
          cancelPart = undefined
          flush()
        })
      })
    }
  }
  const stream: AnswerStream = {
    head: (code, headers) =>
      enqueue(() => {
        response.writeHead(code, headers)
        response.flushHeaders()
      }),
    write: (text, then) => {
      if (isOver) return
      if (pace && pace.bytesPerSecond !== Infinity) {
        writePaced(text, pace.bytesPerSecond)
        if (then) enqueue(then)
      } else if (holds === 0 && queue.length === 0) response.write(text, then)
      else enqueue(() => response.write(text, then))
    },
    end: () => {
      isOver = true
      enqueue(() => response.end())
    },
    cut: mode => {
      isOver = true
      if (mode === 'end') response.end()
      else if (mode === 'fin') incoming.socket.end()
      else reset()
    },
    hold: () => {
      holds += 1
    },
    release: () => {
      holds -= 1
      flush()
    },
    onClose: run => response.on('close', run),
  }
  if (pace && pace.delayMs > 0) {
    stream.hold()
    const cancelDelay = schedule(pace.delayMs, () => stream.release())
    stream.onClose(cancelDelay)
  }
  stream.onClose(() => {
    isOver = true
    cancelPart?.()
    queue.length = 0
  })
  return stream
}
