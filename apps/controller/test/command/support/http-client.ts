/** Requests to 127.0.0.1 with a Host of the test's choice. */

import { request as httpRequest, type Agent, type IncomingHttpHeaders } from 'node:http'
import { request as httpsRequest } from 'node:https'

export interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

export interface RequestOptions {
  /** Host header and TLS server name. Default `127.0.0.1`. */
  readonly host?: string
  /** Default `GET`. */
  readonly method?: string
  /** Certificates to trust; when given, the request goes over TLS. `any` checks nothing. */
  readonly ca?: string
  /** Default: a connection for this request alone. */
  readonly agent?: Agent
  readonly body?: string
}

/** Sends one request and reads the whole answer; a cut answer rejects; the message of an error says whether the connection was new. */
export function ask(port: number, path: string, options: RequestOptions = {}): Promise<Answer> {
  const { host = '127.0.0.1', method = 'GET', ca, agent, body } = options
  const { promise, resolve, reject } = Promise.withResolvers<Answer>()
  const common = { host: '127.0.0.1', port, path, method, headers: { host }, agent: agent ?? false } as const
  const request =
    ca === undefined
      ? httpRequest(common)
      : httpsRequest({ ...common, servername: host, ...(ca === 'any' ? { rejectUnauthorized: false } : { ca }) })
  request.on('response', response => {
    const chunks: Buffer[] = []
    response.on('data', (chunk: Buffer) => chunks.push(chunk))
    response.on('error', reject)
    response.on('end', () => {
      resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks).toString() })
    })
  })
  request.on('error', error => {
    const connection = request.reusedSocket ? 'a kept connection' : 'a new connection'
    reject(new Error(`${error.message} on ${connection}`, { cause: error }))
  })
  request.end(body)
  return promise
}

/** A JSON view of the admin port; fails unless it answers 200. */
export async function askJson<T>(port: number, path: string): Promise<T> {
  const answer = await ask(port, path)
  if (answer.status !== 200) throw new Error(`${path} answered ${answer.status}: ${answer.body}`)
  return JSON.parse(answer.body) as T
}
