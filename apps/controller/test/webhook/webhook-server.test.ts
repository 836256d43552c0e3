import { once } from 'node:events'
import { connect as connectPlain } from 'node:net'
import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import { issueIdentity, type ServingIdentity } from '../../src/webhook/issue-identity.ts'
import { maxBodyBytes } from '../../src/webhook/read-review-body.ts'
import { reviewIngress } from '../../src/webhook/review-ingress.ts'
import { startWebhookServer, type WebhookServer, type WebhookServerOptions } from '../../src/webhook/webhook-server.ts'
import { badIngress, ingress, ownClasses, review } from './support/admission-reviews.ts'
import { agentFor, type Answer, send, type Sent } from './support/https-client.ts'

const name = 'ingresskit-webhook.ingresskit.svc'
let identity: ServingIdentity
let other: ServingIdentity
beforeAll(async () => {
  const options = { nowMs: Date.now(), validityMs: 86_400_000, serverNames: [name], replica: 'one' }
  ;[identity, other] = await Promise.all([issueIdentity(options), issueIdentity(options)])
})

const running = new Set<WebhookServer>()
afterEach(async () => {
  await Promise.all([...running].map(async server => server.close()))
  running.clear()
})

async function start(given: Partial<WebhookServerOptions> = {}): Promise<WebhookServer> {
  const server = await startWebhookServer({
    host: '127.0.0.1',
    port: 0,
    identity,
    review: body => reviewIngress(body, ownClasses),
    notReady: () => undefined,
    onReview: () => undefined,
    onFailure: () => undefined,
    ...given,
  })
  running.add(server)
  return server
}

async function ask(server: WebhookServer, sent: Partial<Sent> = {}): Promise<Answer> {
  return send({ port: server.port, ca: identity.authorityPem, ...sent })
}

describe('a review over HTTPS', () => {
  it('is answered, whatever the API server adds to the path', async () => {
    const server = await start()
    const body = JSON.stringify(review({ object: badIngress, uid: 'u-1' }))
    const { status, headers, text } = await ask(server, { path: '/validate?timeout=2s', body })
    expect([status, headers['content-type']]).toEqual([200, 'application/json'])
    expect(JSON.parse(text)).toMatchObject({ response: { uid: 'u-1', allowed: false, status: { code: 422 } } })
  })

  it('follows others on the same connection', async () => {
    const server = await start()
    const agent = agentFor({ maxSockets: 1 })
    const uids = Array.from({ length: 20 }, (_, index) => `u-${index}`)
    const answers = await Promise.all(
      uids.map(async uid => ask(server, { agent, body: JSON.stringify(review({ object: ingress(), uid })) })),
    )
    agent.destroy()
    expect(answers.map(({ text }) => (JSON.parse(text) as { response: { uid: string } }).response.uid)).toEqual(uids)
  })

  it.each<[number, string, Partial<Sent>]>([
    [400, 'is no JSON', { body: '{"secret": ' }],
    [400, 'is no JSON', { body: '' }],
    [400, 'is no JSON', { body: '\u0000\uffff' }],
    [400, 'request', { body: '{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview"}' }],
    [400, 'the body', { body: '"secret"' }],
    [404, 'POST /validate', { path: '/', body: '{}' }],
    [405, 'method', { method: 'GET' }],
    [405, 'method', { method: 'PUT', body: '{}' }],
    [405, 'method', { path: '/readyz', body: '{}' }],
    [413, String(maxBodyBytes), { body: ' '.repeat(maxBodyBytes + 1) }],
    [413, String(maxBodyBytes), { body: ' '.repeat(maxBodyBytes + 1), headers: { 'transfer-encoding': 'chunked' } }],
    [415, 'application/json', { body: '{}', headers: { 'content-type': 'text/plain' } }],
    [415, 'application/json', { body: '{}', headers: { 'content-type': 'application/json-patch' } }],
  ])('that is wrong is answered %i (%s) without a word of what was sent', async (status, part, sent) => {
    const server = await start()
    const answer = await ask(server, sent)
    expect(answer.status).toBe(status)
    expect(answer.text).toContain(part)
    expect(answer.text).not.toContain('secret')
  })

  it('that makes us throw is a 500 and a report, neither with a word of it', async () => {
    const failures: unknown[] = []
    const server = await start({
      review: () => {
        throw new TypeError('secret')
      },
      onFailure: failure => failures.push(failure),
    })
    expect(await ask(server, { body: '{}' })).toMatchObject({ status: 500, text: 'internal error\n' })
    expect(failures).toEqual([{ status: 500, message: 'a review ended with TypeError; the object passes unchecked' }])
    expect((await ask(server, { path: '/healthz', method: 'GET' })).status).toBe(200)
  })

  it('that is nested too deeply for recursion does no harm', async () => {
    const server = await start()
    const deep = (depth: number): string => `${'['.repeat(depth)}${']'.repeat(depth)}`
    const body = JSON.stringify(review({ object: ingress(), oldObject: ingress() })).replaceAll(
      '"rules":',
      `"deep":${deep(100_000)},"rules":`,
    )
    const { status } = await ask(server, { body: body.replace('CREATE', 'UPDATE') })
    expect(status).toBe(500)
    expect((await ask(server, { body: JSON.stringify(review({ object: ingress() })) })).status).toBe(200)
  })
})

describe('probes', () => {
  it('say whether it lives and whether it is ready, and why not', async () => {
    let reason: string | undefined = 'the bundle is empty'
    const server = await start({ notReady: () => reason })
    const probe = async (path: string): Promise<readonly [number, string]> => {
      const { status, text } = await ask(server, { path, method: 'GET' })
      return [status, text]
    }
    expect(await probe('/healthz')).toEqual([200, 'ok\n'])
    expect(await probe('/readyz')).toEqual([503, 'the bundle is empty\n'])
    reason = undefined
    expect(await probe('/readyz')).toEqual([200, 'ok\n'])
    expect((await ask(server, { path: '/readyz', method: 'HEAD' })).text).toBe('')
  })
})

describe('the certificate', () => {
  it('is the new one for new connections, while an open connection goes on', async () => {
    const server = await start()
    const agent = agentFor({ maxSockets: 1 })
    const body = JSON.stringify(review({ object: ingress() }))
    expect((await ask(server, { agent, body })).status).toBe(200)
    server.use(other)
    expect((await ask(server, { agent, body })).status).toBe(200)
    agent.destroy()
    await expect(ask(server, { body })).rejects.toThrow(/certificate/u)
    expect((await ask(server, { body, ca: identity.authorityPem + other.authorityPem })).status).toBe(200)
    expect((await ask(server, { body, ca: other.authorityPem })).status).toBe(200)
  })

  it('is not accepted for another name', async () => {
    const server = await start()
    await expect(ask(server, { body: '{}', servername: 'elsewhere.svc' })).rejects.toThrow(/altnames/u)
  })

  it('outlives clients that speak no TLS', async () => {
    const server = await start()
    const socket = connectPlain({ port: server.port, host: '127.0.0.1' })
    socket.on('error', () => undefined)
    await once(socket, 'connect')
    const closed = once(socket, 'close')
    socket.resume()
    socket.write('GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n')
    await closed
    expect((await ask(server, { path: '/healthz', method: 'GET' })).status).toBe(200)
  })
})

describe('the end', () => {
  it('closes connections with their answers once it drains, and then for good', async () => {
    const server = await start()
    const agent = agentFor({ maxSockets: 1 })
    const body = JSON.stringify(review({ object: ingress() }))
    expect((await ask(server, { agent, body })).headers['connection']).toBe('keep-alive')
    server.drain()
    expect((await ask(server, { agent, body })).headers['connection']).toBe('close')
    await server.close()
    await expect(ask(server, { body })).rejects.toThrow(/ECONNREFUSED/u)
    agent.destroy()
  })

  it('does not wait for idle connections', async () => {
    const server = await start()
    const agent = agentFor({ maxSockets: 1 })
    await ask(server, { agent, path: '/healthz', method: 'GET' })
    await server.close()
    await expect(ask(server, { path: '/healthz', method: 'GET' })).rejects.toThrow(/ECONNREFUSED/u)
    agent.destroy()
  })
})
