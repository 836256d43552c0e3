import { once } from 'node:events'
import { type AddressInfo, connect, createServer } from 'node:net'
import type { PinnedProcess } from './pinned-process.ts'

/** A port nobody listens on at this moment. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

/**
 * Resolves when the process listens. When it ends before, or needs more than thirty seconds (ten thousand hosts may need some),
 * it is stopped, and this rejects with what it said.
 */
export async function listening(port: number, { child, said, stop }: PinnedProcess): Promise<void> {
  const isRunning = (): boolean => child.exitCode === null && child.signalCode === null
  for (const until = Date.now() + 30_000; Date.now() < until && isRunning();) {
    const socket = connect(port, '127.0.0.1')
    const isOpen = await new Promise<boolean>(resolve => {
      socket.once('connect', () => resolve(true))
      socket.once('error', () => resolve(false))
    })
    socket.destroy()
    if (isOpen) return
    await new Promise(resolve => {
      setTimeout(resolve, 5)
    })
  }
  await stop()
  throw new Error(`it does not listen on its port ${port}: ${said().slice(-500)}`)
}
