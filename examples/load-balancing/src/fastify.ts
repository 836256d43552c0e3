/** A Fastify application that keeps each client on the endpoint it was given, by a signed cookie, and passes on through undici. */
import { createHmac, randomUUID } from 'node:crypto'
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import type { Balancer, Completion, Endpoint } from '@ingresskit/load-balancing'
import { avoidUnhealthy, leastConn, outlierDetector, stickySessions } from '@ingresskit/load-balancing'
import { fastify, type FastifyInstance } from 'fastify'
import { Agent } from 'undici'

/** Sessions over least-conn, which move when their endpoint fails; keys are URLs. Every instance needs the same secret. */
export const stickyBalancer = (urls: readonly string[], secret: string): Balancer<Endpoint> => {
  const sign = (text: string): string => createHmac('sha256', secret).update(text).digest('base64url')
  const balancer = leastConn(urls.map(key => ({ key })))
  const sticky = stickySessions(balancer, { mode: 'persistent', sign, newKey: randomUUID, onFailure: 'move' })
  return avoidUnhealthy(sticky, { sources: [], detector: outlierDetector({ now: () => performance.now() }) })
}

/** Passes every request on to the endpoint of its session. */
export const balancingApp = (balancer: Balancer<Endpoint>): FastifyInstance => {
  const app = fastify()
  const agent = new Agent()
  app.addHook('onClose', () => agent.close())
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', (_request, payload, done) => done(null, payload)) // bodies are passed on unread
  app.all<{ Body: IncomingMessage | undefined }>('*', async (request, reply) => {
    const session = /(?:^|; *)session=([^;]*)/u.exec(request.headers.cookie ?? '')?.[1] ?? ''
    const result = balancer.pick({ session })
    if (result.kind === 'none') return reply.code(503).send(result.reason)
    const startMs = performance.now()
    const aborter = new AbortController()
    let report: Partial<Completion> = {}
    balancer.started(result.endpoint)
    reply.raw.once('close', () => {
      balancer.finished(result.endpoint, { outcome: reply.raw.writableFinished ? 'success' : 'aborted', ...report })
      aborter.abort()
    })
    const { method, url: path, body = null } = request
    const message = { method, path, headers: endToEnd(request.headers), body, signal: aborter.signal }
    const answer = await agent.request({ ...message, origin: result.endpoint.key }).catch(() => undefined)
    report = answer ? { latencyMs: performance.now() - startMs, status: answer.statusCode } : { outcome: 'failure' }
    if (answer === undefined) return reply.code(502).send('the endpoint failed')
    answer.body.once('error', () => Object.assign(report, { outcome: 'failure' }))
    if (result.session !== undefined) reply.header('set-cookie', `session=${result.session}; Path=/; HttpOnly`)
    return reply.code(answer.statusCode).headers(endToEnd(answer.headers)).send(answer.body)
  })
  return app
}

/** Without the fields of one connection (RFC 9110 §7.6.1), and those that undici does not take. */
const endToEnd = (headers: IncomingHttpHeaders): IncomingHttpHeaders => {
  const named = headers.connection?.toLowerCase().split(/[\s,]+/u) ?? []
  const hop = new Set([...named, 'connection', 'keep-alive', 'te', 'trailer', 'transfer-encoding', 'upgrade', 'expect'])
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !hop.has(name)))
}

if (import.meta.main) {
  const [port, ...urls] = process.argv.slice(2)
  const app = balancingApp(stickyBalancer(urls, process.env['SESSION_SECRET'] ?? randomUUID()))
  console.log('listening on', await app.listen({ port: Number(port) }))
}
