/** One request to 127.0.0.1 with headers of the test's choice, on its own connection or an agent's. */

import { request as httpRequest, type Agent, type IncomingHttpHeaders, type OutgoingHttpHeaders } from 'node:http'
import { request as httpsRequest } from 'node:https'
import type { EchoedRequest } from '@ingresskit/testkit'

export interface SentRequest {
  /** Host header, and TLS server name without its port. */
  readonly host: string
  /** Sent as it is. Default `/`. */
  readonly path?: string
  /** Default `GET`. */
  readonly method?: string
  readonly headers?: OutgoingHttpHeaders
  /** PEM text to trust; with it the request goes over TLS. */
  readonly ca?: string
  /** Default: a connection for this request alone. */
  readonly agent?: Agent
}

export interface ReceivedAnswer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

/** Rejects when the connection fails or the answer is cut. */
export function sendRequest(port: number, sent: SentRequest): Promise<ReceivedAnswer> {
  const { host, path = '/', method = 'GET', headers = {}, ca, agent = false } = sent
  const { promise, resolve, reject } = Promise.withResolvers<ReceivedAnswer>()
  const common = { host: '127.0.0.1', port, path, method, headers: { ...headers, host }, agent } as const
  const request =
    ca === undefined ? httpRequest(common) : httpsRequest({ ...common, ca, servername: host.replace(/:\d+$/, '') })
  request.on('error', reject)
  request.on('response', response => {
    let body = ''
    response.setEncoding('utf8')
    response.on('data', (text: string) => {
      body += text
    })
    response.on('error', reject)
    response.on('end', () => {
      resolve({ status: response.statusCode ?? 0, headers: response.headers, body })
    })
  })
  request.end()
  return promise
}

/** What the echo backend got; fails unless an echo backend answered 200. */
export async function sendToEcho(port: number, sent: SentRequest): Promise<EchoedRequest> {
  const { status, headers, body } = await sendRequest(port, sent)
  if (status !== 200 || headers['x-backend'] === undefined) {
    throw new Error(`${sent.host}${sent.path ?? '/'} answered ${status}: ${body.slice(0, 200)}`)
  }
  return JSON.parse(body) as EchoedRequest
}

/** Name of the echo backend that answered, or the status when none did. */
export async function answeredBy(port: number, sent: SentRequest): Promise<string | number> {
  const { status, headers } = await sendRequest(port, sent)
  const name = headers['x-backend']
  return typeof name === 'string' ? name : status
}
