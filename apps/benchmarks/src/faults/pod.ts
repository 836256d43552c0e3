/** A backend with the life of a pod: it answers, and ends politely or at once. */

import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'

export interface Pod {
  readonly name: string
  readonly port: number
  /** `127.0.0.1:PORT`, as the admin port of a controller names endpoints. */
  readonly address: string
  /** What a server does that handles SIGTERM: accepts no more, says `Connection: close`, finishes, ends. */
  leave(): Promise<void>
  /** What the kernel does to the sockets of a process that a signal ended: all closed at once, with what was in them. */
  die(): Promise<void>
}

/** Every answer takes so long, so that there always are requests in flight. */
const serviceTimeMs = 10

/** Starts one. The answer to a request is its method, target and body, so that a wrong answer is noticed. */
export async function startPod(name: string): Promise<Pod> {
  const sockets = new Set<Socket>()
  let isLeaving = false
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('error', () => {})
    request.on('end', () => {
      setTimeout(() => {
        if (isLeaving) response.setHeader('Connection', 'close')
        response.setHeader('X-Pod', name)
        response.end(expectedAnswer(request.method ?? '', request.url ?? '', Buffer.concat(chunks).toString()))
      }, serviceTimeMs)
    })
  })
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const closed = once(server, 'close')
  const end = async (cutOpen: () => void): Promise<void> => {
    if (server.listening) server.close()
    cutOpen()
    await closed
  }
  return {
    name,
    port,
    address: `127.0.0.1:${port}`,
    leave: async () => {
      isLeaving = true
      await end(() => server.closeIdleConnections())
    },
    die: async () =>
      end(() => {
        for (const socket of sockets) socket.destroy()
      }),
  }
}

/** What a pod answers. */
export function expectedAnswer(method: string, target: string, body: string): string {
  return `${method} ${target} ${body}`
}
