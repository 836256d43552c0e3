import { type DestinationStream, type Logger, pino } from 'pino'
import pretty from 'pino-pretty'

export type { Logger } from 'pino'

/** Where log lines go and how they look. */
export interface LogOptions {
  readonly level: string
  readonly format: 'json' | 'pretty'
  /** Colours only where a person looks: `process.stdout.isTTY`. */
  readonly colours: 'on' | 'off'
}

/** JSON lines on standard output, levels by name; synchronous, so that nothing is lost when the process ends. */
export function createLogger({ level, format, colours }: LogOptions): Logger {
  const base = { level, formatters: { level: (label: string) => ({ level: label }) }, base: null }
  const stream: DestinationStream =
    format === 'pretty'
      ? pretty({ colorize: colours === 'on', sync: true, translateTime: 'SYS:HH:MM:ss' })
      : pino.destination({ fd: 1, sync: true })
  return pino(base, stream)
}
