import type { SecureContext, SecureContextOptions } from 'node:tls'
import type { RequestRecord } from './request-record.ts'
import type { CanonicalPath, Route } from './route-decision.ts'

/** One way of carrying traffic: `wireDataPlane` or `httpProxy3DataPlane`. */
export interface DataPlane {
  /** Opens every listener; rejects with a `ProxyError` that names the address when one cannot be opened (then none stays open). */
  listen(): Promise<readonly BoundListener[]>
  /** Open client connections and requests in flight, upgraded connections included. */
  load(): { readonly connections: number; readonly requests: number }
  /**
   * Stops: answers carry `Connection: close` from now on, listeners keep accepting for `delayMs`, then close; idle
   * connections close, requests in flight finish, and what is left after `timeoutMs` more is cut. Resolves when all is closed.
   * Idempotent: a second call with a shorter time-out shortens it.
   *
   * `stopped` is for listeners that share their ports: called when these have closed, and connections are kept as they are until it
   * resolves, which it must. Clients that are sent away while another listener still accepts would go there, and be reset when it closes.
   */
  drain(options: {
    readonly delayMs: number
    readonly timeoutMs: number
    readonly stopped?: () => Promise<void>
  }): Promise<{ readonly cut: number }>
  /** Closes pooled upstream connections to endpoints that are gone; `keys` are the ones that stay. */
  retainEndpoints(keys: Pick<ReadonlySet<string>, 'has'>): void
}

/** What a data plane listens on, how it routes, and what it may spend. */
export interface DataPlaneOptions {
  /** Opened together by `listen`. */
  readonly listeners: readonly ListenerOptions[]
  /** Called once for every well-formed request. */
  readonly route: Route
  /** Called once for every request target; its result is matched and sent upstream. */
  readonly canonicalPath: CanonicalPath
  /** CIDRs or addresses of peers whose `X-Forwarded-*` and `Forwarded` are believed. Default none. */
  readonly trustedProxies?: readonly string[]
  /** Called once for every request when it is over. Must not throw. */
  readonly onRequest?: (record: RequestRecord) => void
  /** Makes request ids; default `crypto.randomUUID`. */
  readonly newRequestId?: () => string
  /** Resolves DNS names of endpoints; default `dns.lookup` with all results. Injected in tests. */
  readonly lookup?: (name: string) => Promise<readonly { readonly address: string; readonly family: 4 | 6 }[]>
  /** Overrides of single `defaultLimits`. */
  readonly limits?: Partial<ProxyLimits>
}

/** One port. */
export interface ListenerOptions {
  /** Names it in `BoundListener` and in errors. */
  readonly name: string
  /** Address to bind to; `::` is every address of the machine. */
  readonly host: string
  /** 0 = any free port. */
  readonly port: number
  /** `reuse-port`: several listeners, of threads or processes, may share the port; the system spreads connections. Default `exclusive`. */
  readonly sharing?: 'exclusive' | 'reuse-port'
  /** Makes it an HTTPS listener. */
  readonly tls?: TlsListenerOptions
  /**
   * Versions and ciphers of an HTTPS listener; `tlsServerOptions` of @ingresskit/tls-store fits. OpenSSL takes them from here, not from
   * the context of a server name. Default: TLS 1.2 and later, Node's ciphers.
   */
  readonly tlsServerOptions?: Pick<
    SecureContextOptions,
    'ciphers' | 'honorCipherOrder' | 'minVersion' | 'secureOptions'
  >
}

/** Where an HTTPS listener gets its certificates; a `TlsStore` of @ingresskit/tls-store fits as it is. */
export interface TlsListenerOptions {
  /** Called on every handshake with a server name; never throws, never waits. */
  contextFor(serverName: string): SecureContext
  /** For clients that send no server name; read when the listener opens and again on every `onDefaultChange`. */
  readonly defaultIdentity: { readonly certificatePem: string; readonly privateKeyPem: string }
  /** Registers a listener for changes of `defaultIdentity`; the result unregisters it. */
  onDefaultChange(listener: () => void): () => void
}

/** An open port. */
export interface BoundListener {
  /** As in its `ListenerOptions`. */
  readonly name: string
  /** The address it is bound to. */
  readonly address: string
  /** The port it is bound to; the one that was found when 0 was asked for. */
  readonly port: number
}

/** Bounds on what a client may make the proxy hold; defaults in `defaultLimits`. */
export interface ProxyLimits {
  /** Request line and header section together; more is answered 431. Default 16 KiB. */
  readonly maxHeaderBytes: number
  /** Header fields of a request; more are answered 431. Default 100. */
  readonly maxHeaderCount: number
  /** Open client connections per listener; more are closed at once. Default 10,000. */
  readonly maxConnections: number
  /** From the connection, or the first byte of a later request, to the end of the head; then 408. Default 10 s. */
  readonly headersTimeoutMs: number
  /** How long an idle client connection is kept, as announced in `Keep-Alive`; in fact 1 s more. Default 75 s. */
  readonly keepAliveTimeoutMs: number
  /** Longest silence of a client in the middle of a request body; then 408. Default 60 s. */
  readonly bodyIdleTimeoutMs: number
  /** Longest time a client may take no byte of an answer that is ready; then it is cut off. Default 60 s. */
  readonly writeIdleTimeoutMs: number
  /** From the connection to the end of the TLS handshake. Default 10 s. */
  readonly tlsHandshakeTimeoutMs: number
  /** Idle upstream connections are closed after this, before a server with the usual 60 s does it. Default 50 s. */
  readonly upstreamIdleTimeoutMs: number
}
