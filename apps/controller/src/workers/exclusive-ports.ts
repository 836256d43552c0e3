import { createServer, type Server } from 'node:net'
import { ProxyError } from '@ingresskit/proxy'

/** A port that workers are going to share. */
export interface WantedPort {
  /** Of the listener. */
  readonly name: string
  readonly host: string
  /** 0 is always free. */
  readonly port: number
}

/**
 * Makes sure that nobody listens on these ports, and that they are different ones: the system lets any process of the same user
 * share a port that was opened to be shared, so that a second controller would silently take half of the traffic.
 *
 * @throws ProxyError `listen-failed`, as a listener that shares with nobody.
 */
export async function ensureExclusivePorts(ports: readonly WantedPort[]): Promise<void> {
  const held: Server[] = []
  try {
    for (const wanted of ports) if (wanted.port !== 0) held.push(await hold(wanted))
  } finally {
    await Promise.all(held.map(release))
  }
}

async function hold({ name, host, port }: WantedPort): Promise<Server> {
  const server = createServer(socket => socket.destroy())
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen({ host, port }, resolve)
    })
  } catch (error) {
    throw new ProxyError(
      'listen-failed',
      `cannot open listener "${name}" on ${host} port ${port}: ${error instanceof Error ? error.message : String(error)}`,
      { cause: error },
    )
  }
  return server
}

async function release(server: Server): Promise<void> {
  await new Promise<void>(resolve => {
    server.close(() => resolve())
  })
}
