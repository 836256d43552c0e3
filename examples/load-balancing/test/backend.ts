/** A backend of the tests: a real HTTP server on a free port that says its name, or does what a test tells it. */
import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'

export interface Backend {
  /** `http://127.0.0.1:port`, which is also its key in the balancers of the examples. */
  readonly url: string
  /** Requests received so far, answered or not. */
  requestCount(): number
  /** Stops listening and cuts its connections; nothing happens the second time. */
  close(): Promise<void>
}

/** Starts it; without `answer` it sends 200 with `name`, method, path and the body it got. It ends with the test. */
export async function startBackend(name: string, answer?: RequestListener): Promise<Backend> {
  let requests = 0
  const server = createServer((request, response) => {
    requests += 1
    if (answer !== undefined) return answer(request, response)
    let body = ''
    request.setEncoding('utf8').on('data', (text: string) => {
      body += text
    })
    request.on('end', () => response.end([name, request.method, request.url, body].join(' ').trim()))
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const close = async (): Promise<void> => {
    if (!server.listening) return
    const closed = once(server, 'close')
    server.close()
    server.closeAllConnections()
    await closed
  }
  onTestFinished(close)
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requestCount: () => requests, close }
}
