/** Kept connections of which the test knows the worker that has them, by the log line of a refused request. */

import { randomUUID } from 'node:crypto'
import { Agent } from 'node:http'
import { eventually } from '../command/support/eventually.ts'
import { ask } from '../command/support/http-client.ts'
import type { RunningServer } from '../command/support/ingresskit-process.ts'

/** Connections to open at most: that all of so many reach the same one of two workers happens once in 2^39 runs. */
const attempts = 40

/** One kept connection for each of the workers, by number. To be destroyed by the test. */
export async function workerConnections(server: RunningServer, workers: number): Promise<ReadonlyMap<number, Agent>> {
  const connections = new Map<number, Agent>()
  for (let attempt = 0; attempt < attempts && connections.size < workers; attempt++) {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    const worker = await workerOf(server, agent)
    if (connections.has(worker)) agent.destroy()
    else connections.set(worker, agent)
  }
  if (connections.size < workers) throw new Error(`${attempts} connections reached ${connections.size} workers`)
  return connections
}

/** The worker that has the agent's connection; that of a new connection without an agent. */
async function workerOf(server: RunningServer, agent?: Agent): Promise<number> {
  const path = `/${randomUUID()}`
  await ask(server.http, path, { host: 'nobody.test', ...(agent === undefined ? {} : { agent }) })
  return eventually(() => {
    const line = server.logLines().find(entry => entry['path'] === path)
    if (line === undefined) throw new Error(`no log line for ${path}`)
    return Number(line['worker'])
  })
}
