/**
 * Reads requests with a Content-Length and answers 100 bytes when the whole body has come, as an upload endpoint does.
 * Sends its port to the process that started it. On sockets, because node:http would cost more than the proxies it serves.
 */

import { type AddressInfo, createServer } from 'node:net'

const body = 'x'.repeat(100)
const answer = `HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: ${body.length}\r\n\r\n${body}`

const server = createServer({ noDelay: true }, socket => {
  let head = ''
  let bodyBytesLeft = 0
  socket.on('error', () => {})
  socket.on('data', (chunk: Buffer) => {
    let bytes = chunk.length
    if (bodyBytesLeft === 0) {
      const before = head.length
      head += chunk.toString('latin1')
      const end = head.indexOf('\r\n\r\n')
      if (end < 0) return
      bytes = before + chunk.length - (end + 4)
      const length = /\r\ncontent-length: *(\d+)\r\n/i.exec(head.slice(0, end + 2))?.[1]
      head = ''
      bodyBytesLeft = Number(length ?? 0)
    }
    bodyBytesLeft -= bytes
    if (bodyBytesLeft === 0) socket.write(answer)
    // More than was announced, or a body without its length: the run is void, so it need not be understood.
    if (bodyBytesLeft < 0) socket.destroy()
  })
})
server.listen({ port: 0, host: '127.0.0.1', backlog: 4096 }, () => {
  process.send?.((server.address() as AddressInfo).port)
})
process.on('disconnect', () => process.exit(0))
