// The HTTPS side: takes one AdmissionReview at a time from each connection, within bounds, and answers probes.
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer, type Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { Identity } from '../self-signed.ts'
import { BodyRoom } from './body-room.ts'
import { maxBodyBytes, readReviewBody } from './read-review-body.ts'
import type { Review } from './review-ingress.ts'

/** A listening webhook. */
export interface WebhookServer {
  readonly port: number
  /** Serves this certificate to new connections; those that are open keep theirs. */
  use(identity: Identity): void
  /** From now on every answer closes its connection. */
  drain(): void
  /** Accepts nothing more; resolves when the reviews in flight are answered, after a second at the latest. */
  close(): Promise<void>
}

/** What it serves. */
export interface WebhookServerOptions {
  readonly host: string
  /** 0 = any free port. */
  readonly port: number
  readonly identity: Identity
  /** Answers the parsed body of `POST /validate`. */
  review(body: unknown): Review
  /** Why `/readyz` is not 200, or `undefined` when it is. */
  notReady(): string | undefined
  /** Bytes of bodies in memory at the same time. Default: `maxBytes`. */
  readonly maxBytes?: number
  /** An answer was given. */
  onReview(review: Review): void
  /** A request was answered with this status because something is wrong with us: it threw, or too much was sent at once. */
  onFailure(failure: { readonly status: 500 | 503; readonly message: string }): void
}

/**
 * Bytes of bodies that are in memory at the same time: 16 of the largest, for which the chart's limit has room. Bytes are counted and
 * not reviews, so that clients which send next to nothing, and that slowly, do not keep the API server out.
 */
const maxBytes = 16 * maxBodyBytes
const maxConnections = 256
/** The API server gives up after `timeoutSeconds`, here 2; a slower client is none. */
const requestTimeoutMs = 5000
/** Go's HTTP client, and so the API server, keeps idle connections for 90 s: closing is left to it. */
const keepAliveTimeoutMs = 100_000
/** A connection on which nothing can be sent or received for so long, while it has a request, is of no use. */
const stalledTimeoutMs = 10_000
const goodbyeMs = 1000

/** @throws the error of `listen`, e.g. EADDRINUSE. */
export async function startWebhookServer(options: WebhookServerOptions): Promise<WebhookServer> {
  const handler = new Handler(options)
  const server = createServer(
    {
      ...secureOptions(options.identity),
      handshakeTimeout: requestTimeoutMs,
      requestTimeout: requestTimeoutMs,
      headersTimeout: requestTimeoutMs,
      connectionsCheckingInterval: 1000,
      keepAliveTimeout: keepAliveTimeoutMs,
      maxHeaderSize: 16_384,
    },
    (request, response) => void handler.handle(request, response),
  )
  server.timeout = stalledTimeoutMs
  server.maxConnections = maxConnections
  // When there are too many, the ones that wait for nothing go first: nobody can shut the API server out by leaving some open.
  server.on('drop', () => server.closeIdleConnections())
  await listening(server, options)
  return {
    port: (server.address() as AddressInfo).port,
    use: identity => server.setSecureContext(secureOptions(identity)),
    drain: () => handler.drain(),
    close: async () => {
      handler.drain()
      const closed = Promise.withResolvers<void>()
      server.close(() => closed.resolve())
      server.closeIdleConnections()
      const late = setTimeout(() => server.closeAllConnections(), goodbyeMs)
      await closed.promise
      clearTimeout(late)
    },
  }
}

function secureOptions({ certificatePem, privateKeyPem }: Identity): {
  readonly cert: string
  readonly key: string
  readonly minVersion: 'TLSv1.2'
} {
  return { cert: certificatePem, key: privateKeyPem, minVersion: 'TLSv1.2' }
}

async function listening(server: Server, { host, port }: WebhookServerOptions): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen({ host, port }, () => {
      server.off('error', reject)
      resolve()
    })
  })
}

class Handler {
  readonly #options: WebhookServerOptions
  readonly #room: BodyRoom
  #state: 'open' | 'draining' = 'open'

  constructor(options: WebhookServerOptions) {
    this.#options = options
    this.#room = new BodyRoom(options.maxBytes ?? maxBytes)
  }

  drain(): void {
    this.#state = 'draining'
  }

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    // A client that goes away is no failure of ours.
    request.on('error', () => undefined)
    response.on('error', () => undefined)
    if (this.#state === 'draining') response.setHeader('Connection', 'close')
    try {
      await this.#route(request, response)
    } catch (error) {
      // Its message may quote the object; its name does not.
      const name = error instanceof Error ? error.name : typeof error
      this.#options.onFailure({ status: 500, message: `a review ended with ${name}; the object passes unchecked` })
      refuse(response, 500, 'internal error')
    }
    // What is left of a body that was refused is read and dropped, so that the client gets to see the answer.
    request.resume()
  }

  async #route(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = URL.parse(request.url ?? '', 'https://webhook')?.pathname
    const isRead = request.method === 'GET' || request.method === 'HEAD'
    switch (path) {
      case '/healthz':
      case '/readyz': {
        if (!isRead) return refuseMethod(response, 'GET, HEAD')
        const reason = path === '/healthz' ? undefined : this.#options.notReady()
        return reason === undefined ? sendText(response, 200, 'ok') : sendText(response, 503, reason)
      }
      case '/validate':
        return request.method === 'POST' ? this.#validate(request, response) : refuseMethod(response, 'POST')
      default:
        return refuse(response, 404, 'there is POST /validate, GET /healthz and GET /readyz')
    }
  }

  async #validate(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (!/^application\/json(?:\s*;|$)/iu.test(request.headers['content-type'] ?? '')) {
      return refuse(response, 415, 'send an AdmissionReview as application/json')
    }
    const body = await readReviewBody(request, this.#room)
    if (body.kind === 'gone' || response.destroyed) return
    if (body.kind === 'refused') return refuse(response, body.status, body.message)
    if (body.kind === 'no-room') {
      this.#options.onFailure({
        status: 503,
        message: 'more is sent at once than there is room for; objects pass unchecked',
      })
      response.setHeader('Retry-After', '1')
      return refuse(response, 503, 'too many reviews at once')
    }
    const review = this.#options.review(body.value)
    this.#options.onReview(review)
    if (review.kind === 'malformed') return refuse(response, 400, review.message)
    send(response, 200, { type: 'application/json', text: JSON.stringify(review.answer) })
  }
}

function refuseMethod(response: ServerResponse, allowed: string): void {
  response.setHeader('Allow', allowed)
  refuse(response, 405, 'method not allowed')
}

/** Answers with an error and ends the connection: whatever else is on it is not worth reading. */
function refuse(response: ServerResponse, status: number, text: string): void {
  if (response.headersSent) return void response.destroy()
  response.setHeader('Connection', 'close')
  sendText(response, status, text)
}

function sendText(response: ServerResponse, status: number, text: string): void {
  send(response, status, { type: 'text/plain; charset=utf-8', text: `${text}\n` })
}

function send(
  response: ServerResponse,
  status: number,
  { type, text }: { readonly type: string; readonly text: string },
): void {
  response.writeHead(status, {
    'Content-Type': type,
    'Content-Length': Buffer.byteLength(text),
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
  })
  response.end(text)
}
