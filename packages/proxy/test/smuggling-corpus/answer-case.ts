/** What a case of the other side is: exact bytes of a backend, and the one thing that may come of them. */

import { get } from '../data-plane-contract/fixture.ts'

export interface AnswerCase {
  /** Stable; `RESP-` where Http11Probe, which tests servers, has nothing alike. */
  readonly id: string
  readonly what: string
  /** The section that makes it wrong, or right. */
  readonly rfc: string
  /** What the client sends; default a GET without body. Its target is `/attack`. */
  readonly request?: string
  /** Sent by the backend when the request is complete; one character per byte. */
  readonly answer: string
  /** What the backend does behind the bytes; default nothing. */
  readonly behind?: 'ends' | 'resets'
  readonly expected: ExpectedAnswer
}

/** `backendConnection`: whether it may carry another request. Whatever it is, the next client gets its own answer. */
export type ExpectedAnswer =
  /** 502, and the connection to the backend is closed. */
  | { readonly kind: 'refused' }
  /** Begun or not, the answer cannot be taken for complete: 502, or a connection that ends in the middle of it. */
  | { readonly kind: 'broken' }
  /** The client gets exactly this, and the proxy's own framing. */
  | {
      readonly kind: 'passed'
      readonly status: number
      /** End-to-end fields, `name: value` in lower case, without Date. Default none. `any` is for exceptions. */
      readonly fields?: readonly string[] | 'any'
      readonly body: string
      readonly backendConnection: 'kept' | 'closed'
    }

export interface AnswerException {
  readonly reason: string
  readonly expected: ExpectedAnswer
}

export const attackRequest: string = get('/attack')

/** What a poisoned queue would hand to the next client. */
export const evil = 'HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil'

export const answer = (fields: readonly string[], body = '', statusLine = 'HTTP/1.1 200 OK'): string =>
  `${[statusLine, ...fields].join('\r\n')}\r\n\r\n${body}`

export const passed = (
  body: string,
  backendConnection: 'kept' | 'closed',
  rest: { readonly status?: number; readonly fields?: readonly string[] | 'any' } = {},
): ExpectedAnswer => ({ kind: 'passed', status: 200, body, backendConnection, ...rest })
