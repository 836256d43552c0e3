/** Load by wrk, and what it says. */

import { loadCore, runPinned } from './pinned-process.ts'

export interface WrkOptions {
  readonly url: string
  readonly seconds: number
  readonly connections: number
  readonly headers?: readonly string[]
  /** Lua file. */
  readonly script?: string
}

export interface WrkResult {
  readonly requests: number
  readonly seconds: number
  /** Socket errors, time-outs and answers that are not 2xx or 3xx. */
  readonly errors: number
}

/** One thread of wrk, on the core of the load. */
export async function wrk(options: WrkOptions): Promise<WrkResult> {
  const { url, seconds, connections, headers = [], script } = options
  const fixed = ['wrk', '-t1', `-c${connections}`, `-d${seconds}s`, '--timeout', '10s']
  const fields = headers.flatMap(header => ['-H', header])
  const more = script === undefined ? [] : ['-s', script]
  return parseWrk(await runPinned(loadCore, [...fixed, ...fields, ...more, url]))
}

/** Reads what wrk printed; throws when it is not a report. */
export function parseWrk(text: string): WrkResult {
  const done = /(\d+) requests in ([\d.]+)(ms|s|m)/.exec(text)
  if (done === null) throw new Error(`wrk said something else than a report: ${text.slice(0, 200)}`)
  const unit = { ms: 0.001, s: 1, m: 60 }[done[3] ?? 's'] ?? 1
  const socket = /Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)/.exec(text)?.slice(1) ?? []
  const status = /Non-2xx or 3xx responses: (\d+)/.exec(text)?.[1] ?? 0
  const errors = socket.reduce((sum, count) => sum + Number(count), 0) + Number(status)
  return { requests: Number(done[1]), seconds: Number(done[2]) * unit, errors }
}
