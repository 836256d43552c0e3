// Requests to one cluster's API server, over one pool of keep-alive connections.
import type { RequestOptions } from 'node:https'
import { Buffer } from 'node:buffer'
import type { KubeConfig } from '@kubernetes/client-node'
import { Agent, type buildConnector, type Dispatcher, ProxyAgent, Socks5ProxyAgent } from 'undici'
import { retryAfterMs } from './retry-after.ts'
import { WatchError } from './watch-error.ts'

/** An answer whose body is still to be read; it must be read to its end or the request be aborted. */
export interface ApiResponse {
  /** HTTP status; refusals are answers too. */
  readonly status: number
  /** From the Retry-After header, seconds or a date; 5 minutes at most, `undefined` when there is none. */
  readonly retryAfterMs: number | undefined
  /** As it arrives; iterating rejects when the connection is cut or the request aborted. */
  readonly body: AsyncIterable<Uint8Array>
}

/** What is asked of the API server. */
export interface ApiRequest {
  /** Writes are sent once: whether a request without an answer was carried out is not known. */
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** With its query, beginning with `/api/` or `/apis/`. Names in it must be escaped by the caller. */
  readonly path: string
  /** JSON text and its media type, e.g. `application/merge-patch+json`; none by default. */
  readonly body?: { readonly text: string; readonly contentType: string }
  /** Ends the request, and the answer's body. */
  readonly signal: AbortSignal
  /** Longest silence between two parts of the answer's body; 0 when the caller measures it. */
  readonly bodyTimeoutMs: number
}

/** One API server, asked over one pool of keep-alive connections that everything in a program may share. */
export interface ClusterApi {
  /** Rejects when there was no answer: no connection, no credentials, aborted. */
  request(request: ApiRequest): Promise<ApiResponse>
  /** Cuts every connection. */
  close(): Promise<void>
}

/** For exec plugins and token endpoints, which nothing else ends. */
const credentialsTimeoutMs = 30_000
const connectTimeoutMs = 10_000
const headersTimeoutMs = 30_000
/** As client-go; below the idle timeouts of common load balancers (60 s). */
const tcpKeepAliveMs = 30_000

/**
 * A client for the current context. Credentials are asked for again with each request, so that a rotated token file or
 * an expired exec credential is renewed; only when the TLS material changed is the pool replaced. Throws a `WatchError`
 * with code `config-invalid` when the context names no server.
 */
export function clusterApi(kubeConfig: KubeConfig): ClusterApi {
  const server = URL.parse(kubeConfig.getCurrentCluster()?.server ?? '')
  if (!server) throw new WatchError('config-invalid', 'the kubeconfig has no current cluster with a server URL')
  const prefix = server.pathname.replace(/\/$/, '')
  const pools = new Set<Dispatcher>()
  let current: { readonly fingerprint: string; readonly pool: Dispatcher } | undefined
  let closed = false

  const poolFor = (auth: RequestOptions): Dispatcher => {
    const { ca, cert, key, servername, rejectUnauthorized } = auth
    const fingerprint = [ca, cert, key, servername, rejectUnauthorized].map(String).join('\n')
    if (current?.fingerprint === fingerprint) return current.pool
    const old = current?.pool
    const forget = (): void => void (old && pools.delete(old))
    // It ends by itself when its last request does, or is destroyed by `close`.
    void old?.close().then(forget, forget)
    const pool = createPool(kubeConfig, auth)
    pools.add(pool)
    current = { fingerprint, pool }
    return pool
  }

  return {
    request: async ({ method, path, body, signal, bodyTimeoutMs }) => {
      const auth: RequestOptions = {}
      await inTime(kubeConfig.applyToHTTPSOptions(auth), signal)
      signal.throwIfAborted()
      if (closed) throw new WatchError('closed', 'the connection to the cluster was closed')
      const response = await poolFor(auth).request({
        origin: server.origin,
        path: prefix + path,
        method,
        headers: {
          ...headersOf(auth),
          accept: 'application/json',
          'user-agent': 'ingresskit',
          ...(body === undefined ? {} : { 'content-type': body.contentType }),
        },
        ...(body === undefined ? {} : { body: body.text }),
        signal,
        headersTimeout: headersTimeoutMs,
        bodyTimeout: bodyTimeoutMs,
      })
      return {
        status: response.statusCode,
        retryAfterMs: retryAfterMs(response.headers, Date.now()),
        body: response.body,
      }
    },
    close: async () => {
      closed = true
      await Promise.all([...pools].map(pool => pool.destroy()))
    },
  }
}

function createPool(kubeConfig: KubeConfig, auth: RequestOptions): Dispatcher {
  const wanted = kubeConfig.createDispatcherOptions(kubeConfig.getCurrentCluster(), {
    ...(auth.ca === undefined ? {} : { ca: auth.ca }),
    ...(auth.cert === undefined ? {} : { cert: auth.cert }),
    ...(auth.key === undefined ? {} : { key: auth.key }),
    ...(auth.servername === undefined ? {} : { servername: auth.servername }),
    ...(auth.rejectUnauthorized === undefined ? {} : { rejectUnauthorized: auth.rejectUnauthorized }),
  })
  const keepAlive = { keepAlive: true, keepAliveInitialDelay: tcpKeepAliveMs, timeout: connectTimeoutMs }
  // HTTP/1.1: each watch has its own connection, so that one that is stuck or broken takes no other with it.
  const allowH2 = false
  if (wanted.type === 'none') return new Agent({ allowH2, connect: keepAlive })
  // client-node gives the TLS options alone, but types them as if a port might be among them.
  const tls = wanted.type === 'agent' ? wanted.connect : wanted.requestTls
  const connect = { ...(tls as buildConnector.BuildOptions), ...keepAlive }
  if (wanted.type === 'agent') return new Agent({ allowH2, connect })
  if (wanted.type === 'proxy') return new ProxyAgent({ allowH2, uri: wanted.uri, requestTls: connect })
  return new Socks5ProxyAgent(wanted.uri, { allowH2, requestTls: connect })
}

function headersOf(auth: RequestOptions): Record<string, string> {
  const basic = typeof auth.auth === 'string' ? `Basic ${Buffer.from(auth.auth).toString('base64')}` : undefined
  const given = Object.entries(auth.headers ?? {}).map(([name, value]) => [name.toLowerCase(), String(value).trim()])
  return { ...(basic === undefined ? {} : { authorization: basic }), ...Object.fromEntries(given) }
}

/** Settles as the credentials do, and rejects when the request is aborted or they don't come. */
function inTime(credentials: Promise<void>, signal: AbortSignal): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const late = (): void => reject(new Error(`no credentials in ${credentialsTimeoutMs} ms; check the kubeconfig user`))
  const timer = setTimeout(late, credentialsTimeoutMs)
  const abort = (): void => reject(signal.reason)
  signal.addEventListener('abort', abort)
  if (signal.aborted) abort()
  credentials.then(resolve, reject)
  return promise.finally(() => {
    clearTimeout(timer)
    signal.removeEventListener('abort', abort)
  })
}
