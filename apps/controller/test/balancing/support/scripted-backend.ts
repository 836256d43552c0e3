/** An echo backend that a test tells what to do with each request. */

import { echoBackend } from '@ingresskit/testkit'
import type { IncomingMessage, ServerResponse } from 'node:http'

/** `echo` answers 200, `hold` waits for `release`, `cut` closes the connection; the others are empty answers. */
export type Reaction = 'echo' | 'hold' | 'cut' | number | Readonly<Record<string, string>>

export interface ScriptedBackend {
  readonly name: string
  readonly port: number
  /** Asked for every request; the test replaces it. */
  react: (request: IncomingMessage) => Reaction
  /** URLs of the requests that arrived, health probes included, oldest first. */
  readonly arrived: readonly string[]
  /** How many are held now. */
  heldCount(): number
  /** Answers everything that is held. */
  release(status?: number): void
  close(): Promise<void>
}

/** Starts one that echoes, on `port` or any free one. */
export async function scriptedBackend(name: string, port = 0): Promise<ScriptedBackend> {
  const arrived: string[] = []
  const held = new Set<ServerResponse>()
  const backend = await echoBackend({
    name,
    port,
    handle: (request, response) => {
      arrived.push(request.url ?? '')
      const reaction = scripted.react(request)
      if (reaction === 'echo') return false
      request.resume()
      if (reaction === 'cut') request.socket.destroy()
      else if (reaction === 'hold') {
        held.add(response)
        response.once('close', () => held.delete(response))
      } else if (typeof reaction === 'number') endWith(response, { name, status: reaction })
      else endWith(response, { name, status: 200, headers: reaction })
      return true
    },
  })
  const scripted: ScriptedBackend = {
    name,
    port: backend.port,
    react: () => 'echo',
    arrived,
    heldCount: () => held.size,
    release: (status = 200) => {
      for (const response of held) endWith(response, { name, status })
      held.clear()
    },
    close: () => backend.close(),
  }
  return scripted
}

function endWith(
  response: ServerResponse,
  {
    name,
    status,
    headers = {},
  }: { readonly name: string; readonly status: number; readonly headers?: Readonly<Record<string, string>> },
): void {
  response.writeHead(status, { 'X-Backend': name, 'Content-Length': 0, ...headers })
  response.end()
}
