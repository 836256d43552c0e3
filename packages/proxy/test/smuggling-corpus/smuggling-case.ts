/** What a case of the corpus is: exact bytes of a client, and the one thing that may come of them. */

export interface SmugglingCase {
  /** Stable. Where Http11Probe tests the same trick it is the same word, so that scores can be compared. */
  readonly id: string
  readonly what: string
  /** The section that makes it wrong, or right. */
  readonly rfc: string
  /** One character per byte. */
  readonly bytes: string
  /** The client sends FIN after the bytes. */
  readonly ends?: true
  readonly expected: Expected
}

/** A request as the backend must have received it, apart from the fields that the proxy adds to every request. */
export interface SeenRequest {
  /** Without the version, which is 1.1 always. */
  readonly line: string
  /** Default `site.test`. */
  readonly host?: string
  /** End-to-end fields in order, as `Name: value`. Default none. */
  readonly fields?: readonly string[]
  /** Default `none`. */
  readonly framing?: 'none' | 'length' | 'chunked'
  /** Decoded. Default empty. */
  readonly body?: string
  /** The one protocol that is asked of the backend. Default none. */
  readonly upgrade?: 'websocket'
}

/** `before`: well-formed requests among the same bytes that come first; they are forwarded and answered. */
export type Expected =
  /** Answered with one of these and closed; the backend sees no byte of it. */
  | { readonly kind: 'refused'; readonly status: readonly number[]; readonly before?: readonly SeenRequest[] }
  /**
   * The head is well-formed, the body is not or never ends: the backend sees nothing, or a beginning of `request` on a connection
   * that is then cut. `status` is what the client is answered when its end of the connection is open.
   */
  | {
      readonly kind: 'cut'
      readonly status: readonly number[]
      readonly request: SeenRequest
      readonly before?: readonly SeenRequest[]
    }
  /** The backend sees exactly these. `closes`: the client gets their answers and then the end of the connection. */
  | { readonly kind: 'forwarded'; readonly requests: readonly SeenRequest[]; readonly closes?: true }
  /** The proxy answers it by itself. */
  | { readonly kind: 'answered'; readonly status: readonly number[] }

/** A case that a data plane may treat differently: how exactly, and why that is safe. */
export interface CorpusException {
  readonly reason: string
  readonly expected: Expected
  /** The client sends FIN after the bytes: this data plane waits for more of them. */
  readonly ends?: true
}

/** What attackers hide: if a backend ever sees a request for it, the attack worked. */
export const hidden: string = 'GET /hidden HTTP/1.1\r\nHost: site.test\r\n\r\n'

export const chunk = (data: string): string => `${data.length.toString(16)}\r\n${data}\r\n`

/** Header lines between a request line and an empty line, `Host: site.test` first. */
export const message = (line: string, fields: readonly string[], body = ''): string =>
  `${[`${line} HTTP/1.1`, 'Host: site.test', ...fields].join('\r\n')}\r\n\r\n${body}`

export const post = (fields: readonly string[], body = ''): string => message('POST /attack', fields, body)

export const refused = (...status: readonly number[]): Expected => ({ kind: 'refused', status })

export const forwarded = (...requests: readonly SeenRequest[]): Expected => ({ kind: 'forwarded', requests })
