/** A reverse proxy of node:http and http-proxy-3: each request goes to the endpoint with the fewest in flight. */
import { Agent, createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { type Balancer, type Completion, type Endpoint, leastConn } from '@ingresskit/load-balancing'
import { createProxyServer } from 'http-proxy-3'

/** Passes requests on to endpoints whose keys are their URLs; to the next one when it cannot connect. */
export const balancingServer = (balancer: Balancer<Endpoint>): Server => {
  const proxy = createProxyServer({ agent: new Agent({ keepAlive: true }), xfwd: true })
  const attempts = new WeakMap<ServerResponse, { endpoint: Endpoint; startMs: number; report: Partial<Completion> }>()

  const finish = (response: ServerResponse, outcome: Completion['outcome']): Partial<Completion> | undefined => {
    const attempt = attempts.get(response)
    attempts.delete(response) // the first end of an attempt is the one that counts
    if (attempt !== undefined) balancer.finished(attempt.endpoint, { ...attempt.report, outcome })
    return attempt?.report
  }
  proxy.on('proxyReq', (_outgoing, _request, response, _options, socket) => {
    const attempt = attempts.get(response)
    const connected = (): void => {
      if (attempt === undefined) return
      Object.assign(attempt.report, { wasConnected: true })
      balancer.connected(attempt.endpoint)
    }
    if (socket.connecting) socket.once('connect', connected)
    else connected()
  })
  proxy.on('proxyRes', (answer, _request, response) => {
    const { startMs, report } = attempts.get(response) ?? { startMs: 0, report: {} }
    Object.assign(report, { latencyMs: performance.now() - startMs, status: answer.statusCode })
    answer.once('close', () => {
      if (!answer.complete && !response.destroyed) finish(response, 'failure')
      if (!answer.complete) response.destroy() // a cut answer must not look like a whole one
    })
  })
  const forward = (request: IncomingMessage, response: ServerResponse, tried: Set<string>): void => {
    const result = balancer.pick({ excluded: tried })
    if (result.kind === 'none') return void response.writeHead(503).end(`${result.reason}\n`)
    const isRetry = tried.size > 0
    attempts.set(response, { endpoint: result.endpoint, startMs: performance.now(), report: { isRetry } })
    balancer.started(result.endpoint, { isRetry })
    proxy.web(request, response, { target: result.endpoint.key }, () => {
      const report = finish(response, 'failure')
      const hasBody = ['content-length', 'transfer-encoding', 'expect'].some(name => name in request.headers)
      if (response.destroyed || response.headersSent) response.destroy()
      else if (report?.wasConnected !== true && !hasBody) forward(request, response, tried.add(result.endpoint.key))
      else response.writeHead(502).end('the endpoint failed\n')
    })
  }
  return createServer((request, response) => {
    response.once('close', () => finish(response, response.writableFinished ? 'success' : 'aborted'))
    forward(request, response, new Set())
  })
}

if (import.meta.main) {
  const [port, ...urls] = process.argv.slice(2)
  const server = balancingServer(leastConn(urls.map(key => ({ key }))))
  server.listen(Number(port), () => console.log('listening on', server.address()))
}
