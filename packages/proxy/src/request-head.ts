/**
 * What the pipeline knows of a request, whatever codec it came by: the wire engine or node:http.
 *
 * The head is validated: it has one valid host, a canonical path and a known client address.
 */
export interface RequestHead {
  /** An RFC 9110 method token as sent; case matters. */
  readonly method: string
  /** Of the connection, or what a trusted proxy says of the one it had. */
  readonly scheme: 'http' | 'https'
  /** Of the client, whatever is spoken upstream. */
  readonly httpVersion: '1.0' | '1.1' | '2.0'
  /** For matching: lower-case, without port and without one trailing dot; an IPv6 literal keeps its brackets. */
  readonly host: string
  /** `host[:port]` as the client sent it: what backends get as `Host`. */
  readonly authority: string
  /** The canonical path, as the upstream gets it. Begins with `/`. */
  readonly path: string
  /** The canonical path in the form that rules are compared with; equal to `path` in most requests. */
  readonly matchPath: string
  /** `?…` as sent, or the empty string. */
  readonly query: string
  /** As received, except that fields with an underscore in the name are dropped. */
  readonly headers: HeaderList
  /** The client: the socket's peer or, when that is a trusted proxy, the address it vouches for. */
  readonly clientAddress: string
  /** Goes upstream as `X-Request-ID` and into error pages: the client's, if it is short and printable, else a new one. */
  readonly requestId: string
  /** Set for a request that asks for a protocol upgrade which may be granted. */
  readonly upgrade?: 'websocket' | undefined
  /** Absent on a plain connection. */
  readonly tls?: TlsFacts | undefined
}

/** What is known of the client's TLS connection. */
export interface TlsFacts {
  /** The server name (SNI) the client asked for; absent when it sent none. */
  readonly serverName?: string
  /** E.g. `TLSv1.3`. */
  readonly protocol: string
  /** Name of the cipher suite. */
  readonly cipher: string
}

/** Header fields in received order, case and duplicates preserved. Lookups are by lower-case name. */
export interface HeaderList extends Iterable<readonly [name: string, value: string]> {
  /** The first value, or `undefined`. O(n) in the number of fields, no allocation. */
  get(lowerName: string): string | undefined
  /** Every value in order; empty when there is none. */
  getAll(lowerName: string): readonly string[]
  /** Whether there is such a field. No allocation. */
  has(lowerName: string): boolean
  /** `[name, value, name, value, …]`, the form node:http takes. */
  readonly flat: readonly string[]
}
