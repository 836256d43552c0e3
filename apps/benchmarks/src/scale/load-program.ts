/**
 * Requests at a fixed rate over a fixed number of kept connections: `PORT RATE SECONDS CONNECTIONS HOSTS`. They go round the hosts
 * `site-0.example`, … Sends a `LoadResult`.
 *
 * A latency counts from the moment its request was due, whether a connection was free then or not (no coordinated omission).
 * How late this program itself was (its timer ticks every millisecond) is told besides.
 */

import { connect, type Socket } from 'node:net'
import { responseCounter } from '../load/response-counter.ts'
import { percentile } from './percentile.ts'
import { hostOf } from './scale-set.ts'

export interface LoadResult {
  readonly requests: number
  /** Answers other than 200, closed connections and requests without an answer. */
  readonly errors: number
  readonly p50Ms: number
  readonly p99Ms: number
  readonly maxMs: number
  /** p99 of how much later than due requests were looked at: this client's own doing. */
  readonly lateP99Ms: number
}

interface Connection {
  socket: Socket
  dueAt: number | undefined
}

const [port = 0, rate = 0, seconds = 0, connectionCount = 0, hosts = 0] = process.argv.slice(2).map(Number)
const total = Math.floor(seconds * rate)
/** How long after the last request answers may come. */
const patienceMs = 10_000
const latencies: number[] = []
const delays: number[] = []
/** Due, and waiting for a connection. */
const waiting: number[] = []
let started = 0
let errors = 0
const connections: Connection[] = Array.from({ length: connectionCount }, () => open())
const idle: Connection[] = [...connections]
const startedAt = performance.now() + 100

function ask(connection: Connection, dueAt: number): void {
  connection.dueAt = dueAt
  started += 1
  connection.socket.write(`GET /path-0 HTTP/1.1\r\nHost: ${hostOf(started % hosts)}\r\n\r\n`)
}

function open(): Connection {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true })
  const connection: Connection = { socket, dueAt: undefined }
  const counter = responseCounter()
  socket.on('data', (chunk: Buffer) => {
    const status = counter.take(chunk)
    if (status === undefined) return
    latencies.push(performance.now() - (connection.dueAt ?? 0))
    connection.dueAt = undefined
    if (status !== 200) errors += 1
    const next = waiting.shift()
    if (next === undefined) idle.push(connection)
    else ask(connection, next)
  })
  socket.on('error', () => {})
  socket.on('close', () => (errors += 1))
  return connection
}

const timer = setInterval(() => {
  const now = performance.now()
  const wanted = Math.min(total, Math.floor(((now - startedAt) / 1000) * rate))
  while (delays.length < wanted) {
    const dueAt = startedAt + ((delays.length + 1) * 1000) / rate
    delays.push(now - dueAt)
    const connection = idle.pop()
    if (connection === undefined) waiting.push(dueAt)
    else ask(connection, dueAt)
  }
  if (latencies.length === total || now - startedAt > seconds * 1000 + patienceMs) report()
}, 1)

process.on('disconnect', () => process.exit())

function report(): void {
  clearInterval(timer)
  const result: LoadResult = {
    requests: latencies.length,
    errors: errors + total - latencies.length,
    p50Ms: percentile(latencies, 0.5),
    p99Ms: percentile(latencies, 0.99),
    maxMs: percentile(latencies, 1),
    lateP99Ms: percentile(delays, 0.99),
  }
  process.send?.(result, () => process.exit(0))
}
