import { type DestinationStream, type Logger, pino } from 'pino'
import pretty from 'pino-pretty'
import { lineDestination } from './line-destination.ts'

export type { Logger } from 'pino'

/** Where log lines go and how they look. */
export interface LogOptions {
  readonly level: string
  readonly format: 'json' | 'pretty'
  /** Colours only where a person looks: `process.stdout.isTTY`. */
  readonly colours: 'on' | 'off'
}

/**
 * JSON lines on standard output, levels by name; written at once, so that nothing is lost when the process ends, unless nobody
 * reads: traffic must not wait for that.
 */
export function createLogger({ level, format, colours }: LogOptions): Logger {
  const base = { level, formatters: { level: (label: string) => ({ level: label }) }, base: null }
  const stream: DestinationStream =
    format === 'pretty'
      ? pretty({ colorize: colours === 'on', sync: true, translateTime: 'SYS:HH:MM:ss' })
      : lineDestination({ fd: 1, fileWriter: 'thread', onDropped: () => undefined })
  return pino(base, stream)
}
