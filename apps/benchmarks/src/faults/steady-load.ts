/** Clients that send GET and POST at a steady rate, over connections that are kept or new each time, and note what gets lost. */

import { Agent, request as httpRequest } from 'node:http'
import type { Duplex } from 'node:stream'
import { setTimeout as pause } from 'node:timers/promises'
import { expectedAnswer } from './pod.ts'

/** A request without a right answer: another status than 2xx, another body than the backend's, or a broken connection. */
export interface Loss {
  readonly method: string
  /** e.g. `status 502`, `socket hang up (ECONNRESET)`. */
  readonly what: string
  /** Whether the connection had been used before. */
  readonly connection: 'kept' | 'new' | 'none'
  /** Since the load began. */
  readonly atMs: number
  /** Where the connection led to. */
  readonly replica: string
}

export interface LoadOptions {
  readonly host: string
  /** One connection each. */
  readonly getClients: number
  readonly postClients: number
  /** From one request of a client to its next, unless its answer takes longer. */
  readonly intervalMs: number
  /** `new`: one for each request, and GET alone makes sense. */
  readonly connections: 'kept' | 'new'
  /** Opens one; what it throws is a loss. */
  readonly connect: () => { readonly replica: { readonly name: string }; readonly socket: Duplex }
}

export interface SteadyLoad {
  /** Requests that were sent, or could not be. */
  sent(): number
  answered(): number
  /** How many got lost so far, by the name of the replica that their connection led to. */
  lostBy(): ReadonlyMap<string, number>
  /** Details of the first 200. */
  losses(): readonly Loss[]
  /** The longest time so far in which no client at all got an answer. */
  longestGapMs(): number
  /** Ends it after the requests in flight. */
  stop(): Promise<void>
}

const keptLosses = 200
const requestTimeoutMs = 30_000
const postBody = 'x'.repeat(400)

/** Starts at once. */
export function steadyLoad(options: LoadOptions): SteadyLoad {
  const startedAt = performance.now()
  const losses: Loss[] = []
  const lostBy = new Map<string, number>()
  let lastAnswerAt = startedAt
  let longestGapMs = 0
  let [sent, answered] = [0, 0]
  let isStopping = false

  const note = (loss: Omit<Loss, 'atMs'>): void => {
    lostBy.set(loss.replica, (lostBy.get(loss.replica) ?? 0) + 1)
    if (losses.length < keptLosses) losses.push({ ...loss, atMs: Math.round(performance.now() - startedAt) })
  }
  const tick = (): void => {
    const now = performance.now()
    longestGapMs = Math.max(longestGapMs, now - lastAnswerAt)
    lastAnswerAt = now
  }
  const client = async (method: 'GET' | 'POST', index: number): Promise<void> => {
    const agent = new RoutedAgent(options)
    // Clients begin one after the other, so that their requests spread over the interval.
    await pause((options.intervalMs * index) / (options.getClients + options.postClients))
    while (!isStopping) {
      const since = performance.now()
      sent += 1
      const target = `/${method.toLowerCase()}-${index}/${sent}`
      const outcome = await exchange({ host: options.host, method, target, agent }).catch(notConnected)
      if (outcome.kind === 'answered') {
        answered += 1
        tick()
      } else note({ method, what: outcome.what, connection: outcome.connection, replica: agent.replica })
      await pause(Math.max(0, options.intervalMs - (performance.now() - since)))
    }
    agent.destroy()
  }
  const clients = Array.from({ length: options.getClients + options.postClients }, async (_, index) =>
    client(index < options.getClients ? 'GET' : 'POST', index),
  )
  return {
    sent: () => sent,
    answered: () => answered,
    lostBy: () => lostBy,
    losses: () => losses,
    longestGapMs: () => Math.max(longestGapMs, isStopping ? 0 : performance.now() - lastAnswerAt),
    stop: async () => {
      isStopping = true
      await Promise.all(clients)
    },
  }
}

/** An agent for one connection at a time, which remembers where it leads to. */
class RoutedAgent extends Agent {
  replica = 'none'
  readonly #connect: LoadOptions['connect']

  constructor({ connections, connect }: LoadOptions) {
    super(connections === 'kept' ? { keepAlive: true, maxSockets: 1 } : { keepAlive: false })
    this.#connect = connect
  }

  override createConnection(): Duplex {
    this.replica = 'none'
    const { replica, socket } = this.#connect()
    this.replica = replica.name
    return socket
  }
}

type Outcome =
  | { readonly kind: 'answered' }
  | { readonly kind: 'lost'; readonly what: string; readonly connection: Loss['connection'] }

function notConnected(error: unknown): Outcome {
  return { kind: 'lost', what: error instanceof Error ? error.message : String(error), connection: 'none' }
}

interface Exchange {
  readonly host: string
  readonly method: 'GET' | 'POST'
  readonly target: string
  readonly agent: Agent
}

async function exchange({ host, method, target, agent }: Exchange): Promise<Outcome> {
  const body = method === 'POST' ? postBody : ''
  const length = method === 'POST' ? { 'Content-Length': String(body.length) } : {}
  return new Promise(resolve => {
    const request = httpRequest({ method, path: target, agent, headers: { Host: host, ...length } })
    const lose = (what: string): void => {
      const connection = request.socket === null ? 'none' : request.reusedSocket ? 'kept' : 'new'
      resolve({ kind: 'lost', what, connection })
    }
    request.setTimeout(requestTimeoutMs, () => request.destroy(new Error(`no answer for ${requestTimeoutMs} ms`)))
    request.on('error', (error: NodeJS.ErrnoException) => lose(`${error.message} (${error.code ?? 'no code'})`))
    request.on('response', response => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('error', error => lose(`cut answer: ${error.message}`))
      response.on('end', () => {
        const status = response.statusCode ?? 0
        if (status < 200 || status > 299) return lose(`status ${status}`)
        const isRight = Buffer.concat(chunks).toString() === expectedAnswer(method, target, body)
        return isRight ? resolve({ kind: 'answered' }) : lose('the answer to another request')
      })
    })
    request.end(body)
  })
}
