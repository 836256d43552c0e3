/**
 * Requests at a fixed rate, whatever the answers do: `PORT SECONDS RATE`. Sends
 * `{ requests, seconds, errors, p50Ms, p99Ms, lateP99Ms }`.
 *
 * When a request is sent depends on the clock alone, never on an earlier answer: one that finds no idle connection
 * opens another. So a proxy that stalls gets every request that was due in the meantime, and all of them count (no
 * coordinated omission). A latency counts from the moment its request was due; how much later it was handed to the socket
 * is this client's own doing (its timer ticks every millisecond) and is told besides, as `lateP99Ms`.
 */

import { connect, type Socket } from 'node:net'
import { responseCounter } from './response-counter.ts'

interface Connection {
  readonly socket: Socket
  dueAt: number
}

const [port = '', seconds = '', rate = ''] = process.argv.slice(2)
const request = 'GET /small HTTP/1.1\r\nHost: site.example\r\n\r\n'
const total = Number(seconds) * Number(rate)
/** How long after the last request answers may come. */
const patienceMs = 10_000
const latencies: number[] = []
const delays: number[] = []
const idle: Connection[] = []
let errors = 0
const startedAt = performance.now()

function ask(dueAt: number): void {
  const connection = idle.pop() ?? open()
  connection.dueAt = dueAt
  delays.push(performance.now() - dueAt)
  connection.socket.write(request)
}

function open(): Connection {
  const socket = connect({ port: Number(port), host: '127.0.0.1', noDelay: true })
  const connection = { socket, dueAt: 0 }
  const counter = responseCounter()
  socket.on('data', (chunk: Buffer) => {
    const status = counter.take(chunk)
    if (status === undefined) return
    latencies.push(performance.now() - connection.dueAt)
    if (status !== 200) errors += 1
    idle.push(connection)
    if (latencies.length === total) report()
  })
  socket.on('error', () => (errors += 1))
  socket.on('close', () => (errors += 1))
  return connection
}

const timer = setInterval(() => {
  const passedMs = performance.now() - startedAt
  const wanted = Math.min(total, Math.floor((passedMs / 1000) * Number(rate)))
  while (delays.length < wanted) ask(startedAt + ((delays.length + 1) * 1000) / Number(rate))
  if (passedMs > Number(seconds) * 1000 + patienceMs) {
    errors += total - latencies.length
    report()
  }
}, 1)

function report(): void {
  clearInterval(timer)
  process.send?.({
    requests: latencies.length,
    seconds: (performance.now() - startedAt) / 1000,
    errors,
    p50Ms: percentile(latencies, 0.5),
    p99Ms: percentile(latencies, 0.99),
    lateP99Ms: percentile(delays, 0.99),
  })
  process.disconnect?.()
  process.exit(0)
}

function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
}
