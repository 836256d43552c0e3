/** Load by a program of ours in `load/`, on the core of the load. */

import { fileURLToPath } from 'node:url'
import { nextMessage } from './next-message.ts'
import { loadCore, pinned } from './pinned-process.ts'

export interface ClientResult {
  readonly requests: number
  readonly seconds: number
  readonly errors: number
  readonly p50Ms?: number
  readonly p99Ms?: number
  readonly lateP99Ms?: number
}

export interface Client {
  /** The next result that it sends; rejects when it ends without one. */
  result(): Promise<ClientResult>
  send(message: number): void
  stop(): Promise<void>
}

/** Starts it. */
export function startClient(
  name: 'websocket-client' | 'open-loop-client' | 'idle-client',
  args: readonly (string | number)[],
): Client {
  const program = fileURLToPath(new URL(`../load/${name}.ts`, import.meta.url))
  const started = pinned(loadCore, [process.execPath, program, ...args.map(String)])
  return {
    async result() {
      return (await nextMessage(started, name)) as ClientResult
    },
    send(message) {
      // That it could not be sent shows when the result is asked for.
      started.child.send(message, () => {})
    },
    stop: started.stop,
  }
}
