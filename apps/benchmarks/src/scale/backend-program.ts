/** Two backends, of which one answers `a` and the other one `b`, on every loopback address. Sends their ports, `{ a, b }`. */

import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

async function start(answer: string): Promise<number> {
  const server = createServer({ keepAliveTimeout: 600_000 }, (_request, response) => {
    response.writeHead(200, { 'Content-Length': String(answer.length), 'Content-Type': 'text/plain' })
    response.end(answer)
  })
  server.listen({ port: 0, host: '0.0.0.0', backlog: 4096 })
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}

process.on('disconnect', () => process.exit())
process.send?.({ a: await start('a'), b: await start('b') })
