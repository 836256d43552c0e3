/**
 * The program of one demo pod: an HTTP server on a free port of the loopback interface that answers with its name and what
 * it was asked. Started by `PodFleet` with its name as the argument; speaks to it over the IPC channel.
 *
 * SIGTERM plays the end of a pod: it is marked terminating first, serves on for a moment, finishes and exits.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'

/** What a pod tells its fleet. */
export type PodMessage = { readonly kind: 'listening'; readonly port: number } | { readonly kind: 'terminating' }

const terminationGraceMs = 1000
const name = process.argv[2] ?? 'pod'

const server = createServer({ keepAliveTimeout: 60_000 }, answer)
server.listen(0, '127.0.0.1', () => tell({ kind: 'listening', port: (server.address() as AddressInfo).port }))

process.on('SIGTERM', () => {
  void terminate()
})
// Ctrl-C in a terminal reaches every process of the demo; the pods stay until the controller has drained.
process.on('SIGINT', () => undefined)
process.on('disconnect', () => process.exit(0))

/** Answers in one write where there is no body to send back: a pod that is killed has then answered whole or not at all. */
function answer(request: IncomingMessage, response: ServerResponse): void {
  const lines = [`pod ${name}`, `${request.method ?? ''} ${request.url ?? ''}`]
  for (let index = 0; index < request.rawHeaders.length; index += 2) {
    lines.push(`${request.rawHeaders[index] ?? ''}: ${request.rawHeaders[index + 1] ?? ''}`)
  }
  response.setHeader('Content-Type', 'text/plain; charset=utf-8')
  response.setHeader('X-Pod', name)
  const head = `${lines.join('\n')}\n\n`
  if (request.headers['content-length'] === undefined && request.headers['transfer-encoding'] === undefined)
    response.end(head)
  else {
    response.write(head)
    request.pipe(response)
  }
}

async function terminate(): Promise<void> {
  tell({ kind: 'terminating' })
  await delay(terminationGraceMs)
  server.close(() => process.exit(0))
  server.closeIdleConnections()
}

function tell(message: PodMessage): void {
  process.send?.(message)
}
