import { Agent, type AgentOptions, request } from 'node:https'
import { text } from 'node:stream/consumers'

/** An HTTPS client that verifies certificates, as the API server is one. */

export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, unknown>>
  readonly text: string
}

export interface Sent {
  readonly port: number
  readonly path?: string
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  /** PEM of what is trusted. */
  readonly ca: string
  /** Default: the Service's name. */
  readonly servername?: string
  /** Default: a new connection for each request. */
  readonly agent?: Agent
}

export function agentFor(options: AgentOptions): Agent {
  return new Agent({ keepAlive: true, ...options })
}

/** Rejects when the certificate is not accepted, or the connection ends without an answer. */
export async function send(sent: Sent): Promise<Answer> {
  const { port, path = '/validate', method = 'POST', headers = {}, body, ca, agent } = sent
  const { servername = 'ingresskit-webhook.ingresskit.svc' } = sent
  return new Promise((resolve, reject) => {
    const outgoing = request({
      host: '127.0.0.1',
      port,
      path,
      method,
      headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
      ca,
      servername,
      ...(agent === undefined ? { agent: false } : { agent }),
    })
    outgoing.once('error', reject)
    outgoing.once('response', response => {
      text(response).then(
        received => resolve({ status: response.statusCode ?? 0, headers: response.headers, text: received }),
        reject,
      )
    })
    outgoing.end(body)
  })
}
