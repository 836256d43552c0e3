import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Registry } from 'prom-client'
import { explainRequest } from '../snapshot/explain.ts'
import type { Snapshot } from '../snapshot/snapshot.ts'
import type { EndpointFacts } from './endpoints-view.ts'
import { snapshotViews } from './snapshot-views.ts'

/** Health, metrics and the JSON API, on a port of their own that no traffic route leads to. */
export interface AdminServer {
  readonly port: number
  close(): Promise<void>
}

export interface AdminServerOptions {
  readonly host: string
  /** 0 = any free port. */
  readonly port: number
  readonly registry: Registry
  snapshot(): Snapshot | undefined
  /** What the threads that carry traffic know of endpoints. */
  endpointFacts(): Promise<EndpointFacts>
  /** Why `/readyz` is not 200, or `undefined` when it is. */
  notReady(): string | undefined
}

/** @throws the error of `listen`, e.g. EADDRINUSE. */
export async function startAdminServer(options: AdminServerOptions): Promise<AdminServer> {
  const server = createServer(
    { requestTimeout: 10_000, headersTimeout: 5000, maxHeaderSize: 16_384 },
    (request, response) => {
      answer(request, response, options).catch((error: unknown) => {
        if (!response.headersSent)
          send(response, 500, { error: error instanceof Error ? error.message : 'unknown error' })
        else response.destroy()
      })
    },
  )
  server.maxConnections = 256
  await listening(server, options)
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      server.closeAllConnections()
      await new Promise<void>(resolve => {
        server.close(() => resolve())
      })
    },
  }
}

async function listening(server: Server, { host, port }: AdminServerOptions): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen({ host, port }, () => {
      server.off('error', reject)
      resolve()
    })
  })
}

async function answer(request: IncomingMessage, response: ServerResponse, options: AdminServerOptions): Promise<void> {
  const url = URL.parse(request.url ?? '/', 'http://admin')
  if (url === null) return sendText(response, 400, 'bad request target')
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.setHeader('Allow', 'GET, HEAD')
    return sendText(response, 405, 'method not allowed')
  }
  switch (url.pathname) {
    case '/healthz':
      return sendText(response, 200, 'ok')
    case '/readyz': {
      const reason = options.notReady()
      return reason === undefined ? sendText(response, 200, 'ok') : sendText(response, 503, reason)
    }
    case '/metrics':
      response.setHeader('Content-Type', options.registry.contentType)
      response.end(await options.registry.metrics())
      return
    default:
      return answerApi(url, response, options)
  }
}

async function answerApi(url: URL, response: ServerResponse, options: AdminServerOptions): Promise<void> {
  const name = url.pathname.startsWith('/api/v1/') ? url.pathname.slice('/api/v1/'.length) : ''
  const view = snapshotViews.get(name)
  if (view === undefined && name !== 'explain') return sendText(response, 404, 'not found')
  const snapshot = options.snapshot()
  if (snapshot === undefined) return send(response, 503, { error: 'the first snapshot is not there yet' })
  if (view !== undefined) return send(response, 200, await view(snapshot, async () => options.endpointFacts()))
  const target = url.searchParams.get('url')
  if (target === null || target === '')
    return send(response, 400, { error: 'the parameter url is missing: ?method=GET&url=http://host/path' })
  const headers = new Map<string, string>()
  for (const header of url.searchParams.getAll('header').slice(0, 100)) {
    const colon = header.indexOf(':')
    if (colon > 0) headers.set(header.slice(0, colon).trim().toLowerCase(), header.slice(colon + 1).trim())
  }
  send(
    response,
    200,
    explainRequest(snapshot, { method: url.searchParams.get('method') ?? 'GET', url: target, headers }),
  )
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, {
    'Content-Type': 'application/json; charset=utf-8',
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
  })
  response.end(`${JSON.stringify(body, null, 2)}\n`)
}

function sendText(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, {
    'Content-Type': 'text/plain; charset=utf-8',
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
  })
  response.end(`${text}\n`)
}
