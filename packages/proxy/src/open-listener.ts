/** Opens one port of a data plane, whatever server is behind it. */

import { Server, type AddressInfo } from 'node:net'
import type { BoundListener, ListenerOptions } from './data-plane.ts'
import { ProxyError } from './proxy-error.ts'

/** A server that does not listen yet. */
export interface PreparedServer {
  readonly server: Server
  /** Undoes what was registered for it. */
  readonly release: () => void
}

export interface OpenListener {
  readonly bound: BoundListener
  /** Accepts no more; connections that exist go on, idle ones too. Resolves when the port is free again. */
  stopAccepting(): Promise<void>
  /** Ends what is left of the listener when its connections are gone. */
  dispose(): void
}

/** Makes the server and opens the port, or rejects with `listen-failed` naming the address. */
export async function openListener(listener: ListenerOptions, prepare: () => PreparedServer): Promise<OpenListener> {
  let prepared: PreparedServer | undefined
  try {
    prepared = prepare()
    await listen(prepared.server, listener)
  } catch (error) {
    prepared?.release()
    throw new ProxyError(
      'listen-failed',
      `cannot open listener "${listener.name}" on ${listener.host} port ${listener.port}: ${error instanceof Error ? error.message : String(error)}`,
      { cause: error },
    )
  }
  const { server, release } = prepared
  server.on('error', () => {}) // accepting failed once, for lack of file descriptors as a rule; the next attempt may succeed
  const { address, port } = server.address() as AddressInfo
  return {
    bound: { name: listener.name, address, port },
    stopAccepting: () =>
      new Promise(resolve => {
        // Not `http.Server.close`, which resets idle keep-alive connections, and with them requests just under way.
        Reflect.apply(Server.prototype.close, server, [])
        resolve()
      }),
    dispose: () => {
      release()
      server.close()
    },
  }
}

function listen(server: Server, { host, port, sharing }: ListenerOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen({ host, port, reusePort: sharing === 'reuse-port' }, () => {
      server.off('error', reject)
      resolve()
    })
  })
}
