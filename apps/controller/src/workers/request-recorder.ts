import type { RequestRecord } from '@ingresskit/proxy'
import { accessLog } from '../access-log.ts'
import type { RequestTallies } from '../admin/request-tallies.ts'
import type { Logger } from '../log.ts'
import { requestLog } from '../request-log.ts'

/** What becomes of the finished requests of one thread. */
export interface RequestRecorder {
  record(record: RequestRecord): void
  /** Writes what waits. To be called before the thread ends. */
  close(): Promise<void>
}

export interface RequestRecorderOptions {
  /** Whether every request has a line of its own. */
  readonly accessLog: 'on' | 'off'
  readonly tallies: RequestTallies
  readonly log: Logger
}

/** Counts every request, and logs all of them or those that the proxy answered itself. */
export function requestRecorder({ accessLog: mode, tallies, log }: RequestRecorderOptions): RequestRecorder {
  if (mode === 'off') {
    const logRefused = requestLog(log, () => performance.now())
    return {
      record(record) {
        tallies.record(record)
        logRefused(record)
      },
      close: async () => {},
    }
  }
  const lines = accessLog({ fd: 1, now: Date.now, onDropped: count => tallies.countDroppedLines(count) })
  return {
    record(record) {
      tallies.record(record)
      lines.record(record)
    },
    close: () => lines.close(),
  }
}
