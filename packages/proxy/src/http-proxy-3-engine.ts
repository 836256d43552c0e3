/**
 * http-proxy-3 as the engine that carries one attempt to one endpoint.
 *
 * It never sees the client's request or response. It gets stand-ins: a head of ours, a body that opens when the connection
 * stands, and a response it can only watch for being abandoned. README.md lists what each of these is for.
 */

import type { Agent, ClientRequest, IncomingMessage, ServerResponse } from 'node:http'
import { EventEmitter } from 'node:events'
import { createProxyServer } from 'http-proxy-3'
import { ProxyError } from './proxy-error.ts'
import type { AttemptBody } from './request-body.ts'
import type { UpgradeAnswer } from './switch-protocols.ts'
import type { OutgoingHeaders, UpstreamHead } from './upstream-head.ts'

export interface EngineRequest {
  readonly head: UpstreamHead
  readonly body: AttemptBody
  /** An IP address: the engine resolves nothing. */
  readonly address: string
  readonly port: number
  readonly agent: Agent
  readonly connectTimeoutMs: number
}

/** What happens to an attempt. After `failed` or `upgraded` nothing more is called. */
export interface EngineEvents {
  /** The connection stands; before this nothing was sent. */
  connected(connection: { readonly isReused: boolean }): void
  /** An interim answer (1xx, never 101). */
  interim(status: number, rawHeaders: readonly string[]): void
  /** The final answer's head. Its body must be read or the attempt aborted. */
  answered(message: IncomingMessage): void
  /** The backend answered 101; the socket is the caller's now. */
  upgraded(answer: UpgradeAnswer): void
  /** An error before, during or after the answer's head; `isConnectTimeout` when the connection did not come about in time. */
  failed(error: Error, facts: { readonly isConnectTimeout: boolean }): void
}

export interface EngineAttempt {
  /** Ends it and its connection. No event follows. */
  abort(): void
  /** Whether the whole request was handed to the operating system: only then may its connection be used again. */
  isFullySent(): boolean
}

export interface HttpProxy3Engine {
  /** Begins an attempt. Never throws; events come later, `failed` possibly at once. */
  start(request: EngineRequest, events: EngineEvents): EngineAttempt
}

/** One engine serves any number of attempts at a time. Throws `bad-option` where http-proxy-3 was told to use another code path. */
export function httpProxy3Engine(): HttpProxy3Engine {
  // http-proxy-3 obeys this test switch in production too: requests would go out through `fetch`, with another framing and header.
  if (process.env['FORCE_FETCH_PATH'] === 'true') {
    throw new ProxyError('bad-option', 'the environment variable FORCE_FETCH_PATH makes http-proxy-3 unsafe; unset it')
  }
  const proxy = createProxyServer()
  proxy.on('error', () => {}) // every call has its callback; without a listener http-proxy-3 would throw
  proxy.on('proxyRes', (message, standIn) => {
    if (standIn instanceof RequestStandIn) standIn.run.answered(message)
    else message.destroy()
  })
  return {
    start: (request, events) => {
      const run = new Run(request, events)
      try {
        proxy.web(
          run.requestStandIn as unknown as IncomingMessage,
          run.responseStandIn as unknown as ServerResponse,
          {
            target: { protocol: 'http:', host: request.address, port: request.port },
            method: request.head.method,
            buffer: request.body,
            agent: run.agent(),
            connectTimeout: request.connectTimeoutMs,
            selfHandleResponse: true,
            toProxy: true,
            prependPath: false,
          },
          error => run.failed(error),
        )
      } catch (error) {
        run.failed(error instanceof Error ? error : new Error(String(error)))
      }
      return run
    },
  }
}

/** One attempt: turns what http-proxy-3 and its `ClientRequest` do into events, and into none once it is over. */
class Run implements EngineAttempt {
  readonly requestStandIn: RequestStandIn
  readonly responseStandIn: ResponseStandIn = new ResponseStandIn()
  readonly #request: EngineRequest
  readonly #events: EngineEvents
  #clientRequest: ClientRequest | undefined
  #message: IncomingMessage | undefined
  #isOver = false

  constructor(request: EngineRequest, events: EngineEvents) {
    this.#request = request
    this.#events = events
    this.requestStandIn = new RequestStandIn(this, request.head)
  }

  /** The pool's agent, with a look at the `ClientRequest` before anything of it is sent. */
  agent(): Agent {
    const pool = this.#request.agent
    return Object.create(pool, {
      addRequest: {
        value: (request: ClientRequest, options: object): void => {
          this.#adopt(request)
          ;(pool as AgentWithAddRequest).addRequest(request, options)
        },
      },
    }) as Agent
  }

  answered(message: IncomingMessage): void {
    message.on('error', () => {}) // a destroyed answer reports by `close`; an unheard error would end the process
    this.#message = message
    // After the rest of its packet was parsed: an answer that is malformed in there has not begun at the client.
    process.nextTick(() => {
      if (this.#isOver) message.destroy()
      else this.#events.answered(message)
    })
  }

  failed(error: Error): void {
    if (this.#isOver) return
    // What is wrong came after the answer's end. It is passed on; node:http has destroyed the connection with the extra bytes.
    if (this.#message?.complete === true) return
    this.#isOver = true
    const isConnectTimeout = (error as NodeJS.ErrnoException).code === 'ECONNECT_TIMEOUT'
    this.#destroy()
    this.#events.failed(error, { isConnectTimeout })
  }

  abort(): void {
    this.#isOver = true
    this.#destroy()
  }

  isFullySent(): boolean {
    return this.#clientRequest?.writableFinished ?? false
  }

  #destroy(): void {
    this.#request.body.destroy()
    this.responseStandIn.emit('close') // http-proxy-3 destroys its request when the response closes unfinished
    this.#clientRequest?.destroy()
    // node:http keeps the connection of an answer that is parsed to its end, though nobody has read that yet.
    if (this.#message?.readableEnded === false) this.#message.socket.destroy()
  }

  #adopt(request: ClientRequest): void {
    this.#clientRequest = request
    const { head, body } = this.#request
    // http-proxy-3 joins paths as text, which loses an empty query; this is the target that was decided on.
    request.path = head.target
    assertSameFraming(request, head)
    request.on('error', () => {})
    request.on('socket', socket => {
      const connected = (): void => {
        if (this.#isOver) return
        this.#events.connected({ isReused: request.reusedSocket })
        body.open()
      }
      if (socket.connecting) socket.once('connect', connected)
      else connected()
    })
    request.on('information', ({ statusCode, rawHeaders }) => {
      if (!this.#isOver && statusCode !== 100) this.#events.interim(statusCode, rawHeaders)
    })
    // Without this listener node:http destroys the socket and says nothing, and the client would wait for ever.
    request.on('upgrade', (message, socket, bytes) => {
      socket.on('error', () => {})
      if (this.#isOver) {
        socket.destroy()
        return
      }
      this.#isOver = true
      body.destroy()
      this.#events.upgraded({ message, socket, bytes })
    })
  }
}

/** What http-proxy-3 takes for the client's request. */
class RequestStandIn extends EventEmitter {
  readonly run: Run
  // Not the real method, which goes by `options.method`: for DELETE and OPTIONS http-proxy-3 would replace the framing (CVE-2026-29057).
  readonly method = 'POST'
  readonly url: string
  readonly headers: OutgoingHeaders
  readonly httpVersion = '1.1'
  readonly httpVersionMajor = 1
  readonly socket: { readonly destroyed: false } = { destroyed: false }

  constructor(run: Run, head: UpstreamHead) {
    super()
    this.run = run
    this.url = head.target
    this.headers = head.headers
  }
}

/** What http-proxy-3 takes for the client's response; never written to. */
class ResponseStandIn extends EventEmitter {
  readonly headersSent = false
  readonly finished = false
  readonly writableFinished = false
}

interface AgentWithAddRequest extends Agent {
  addRequest(request: ClientRequest, options: object): void
}

/** A last line of defence: whatever made the request, it is framed as decided or it is not sent. */
function assertSameFraming(request: ClientRequest, head: UpstreamHead): void {
  const same =
    request.method === head.method &&
    request.getHeader('content-length') === head.headers['Content-Length'] &&
    request.getHeader('transfer-encoding') === head.headers['Transfer-Encoding'] &&
    request.getHeader('host') === head.headers['Host'] &&
    request.getHeader('expect') === undefined
  if (!same) throw new Error('the outgoing request is not the one that was decided on')
}
