/** Ping-pong of 100-byte messages over many WebSockets for some seconds: `PORT SECONDS CONNECTIONS`. Sends `{ requests, seconds, errors }`. */

import { once } from 'node:events'
import { WebSocket } from 'ws'

const [port = '', seconds = '', connections = ''] = process.argv.slice(2)
const message = Buffer.alloc(100, 'w')
let requests = 0
let errors = 0
let isOver = false
const sockets = Array.from({ length: Number(connections) }, () => {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/ws`, {
    headers: { host: 'site.example' },
    perMessageDeflate: false,
  })
  socket.on('error', () => (errors += 1))
  return socket
})
await Promise.all(sockets.map(async socket => once(socket, 'open')))
const startedAt = performance.now()
for (const socket of sockets) {
  socket.on('close', () => {
    if (!isOver) errors += 1
  })
  socket.on('message', (data: Buffer) => {
    requests += 1
    if (!message.equals(data)) errors += 1
    if (!isOver) socket.send(message)
  })
  socket.send(message)
}
setTimeout(
  () => {
    isOver = true
    process.send?.({ requests, seconds: (performance.now() - startedAt) / 1000, errors })
    for (const socket of sockets) socket.terminate()
    process.disconnect?.()
  },
  Number(seconds) * 1000,
)
