/** Clients that each send one request after another, and remember what failed. */

import { Agent, type AgentOptions } from 'node:http'
import { ask } from './http-client.ts'

export interface LoadOptions {
  readonly host: string
  readonly clients: number
  /** Of each client's own agent. */
  readonly agent: AgentOptions
}

export interface Load {
  finishedCount(): number
  /** What failed: a status other than 200, or an error after the connection was open. */
  failures(): readonly string[]
  /** Ends it after the requests in flight. */
  stop(): void
  /** Resolves when every client has ended: by `stop`, or because a new connection was refused. */
  readonly stopped: Promise<void>
}

/** Starts at once. A refused connection ends that client and is no failure: nothing was sent on it. */
export function startLoad(port: number, options: LoadOptions): Load {
  let isStopping = false
  let finished = 0
  const failures: string[] = []
  const client = async (): Promise<void> => {
    const agent = new Agent(options.agent)
    while (!isStopping) {
      try {
        const { status } = await ask(port, '/load', { host: options.host, agent })
        if (status !== 200) failures.push(`status ${status}`)
        finished += 1
      } catch (error) {
        if (!(error instanceof Error)) throw error
        if (error.message.includes('ECONNREFUSED')) break
        failures.push(error.message)
      }
    }
    agent.destroy()
  }
  return {
    finishedCount: () => finished,
    failures: () => failures,
    stop: () => {
      isStopping = true
    },
    stopped: Promise.all(Array.from({ length: options.clients }, client)).then(() => {}),
  }
}
