import { once } from 'node:events'
import { connect, type TLSSocket } from 'node:tls'
import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import { issueIdentity, type ServingIdentity } from '../../src/webhook/issue-identity.ts'
import { reviewIngress } from '../../src/webhook/review-ingress.ts'
import { startWebhookServer, type WebhookServer } from '../../src/webhook/webhook-server.ts'
import { ingress, ownClasses, review } from './support/admission-reviews.ts'
import { type Answer, send, type Sent } from './support/https-client.ts'

/** The most connections that the server has at once. */
const maxConnections = 256
const name = 'ingresskit-webhook.ingresskit.svc'
let identity: ServingIdentity
beforeAll(async () => {
  identity = await issueIdentity({ nowMs: Date.now(), validityMs: 86_400_000, serverNames: [name], replica: 'one' })
})

let server: WebhookServer
const failures: string[] = []
const sockets = new Set<TLSSocket>()
afterEach(async () => {
  for (const socket of sockets) socket.destroy()
  sockets.clear()
  failures.length = 0
  await server.close()
})

async function start(maxBytes?: number): Promise<void> {
  server = await startWebhookServer({
    host: '127.0.0.1',
    port: 0,
    identity,
    review: body => reviewIngress(body, ownClasses),
    notReady: () => undefined,
    onReview: () => undefined,
    onFailure: ({ message }) => failures.push(message),
    ...(maxBytes === undefined ? {} : { maxBytes }),
  })
}

async function ask(sent: Partial<Sent>): Promise<Answer> {
  return send({ port: server.port, ca: identity.authorityPem, ...sent })
}

async function open(): Promise<TLSSocket> {
  const socket = connect({ port: server.port, host: '127.0.0.1', ca: identity.authorityPem, servername: name })
  sockets.add(socket)
  socket.on('error', () => undefined)
  await once(socket, 'secureConnect')
  return socket
}

const good = JSON.stringify(review({ object: ingress() }))

function head(length: number): string {
  return `POST /validate HTTP/1.1\r\nHost: ${name}\r\nContent-Type: application/json\r\nContent-Length: ${length}\r\n\r\n`
}

describe('clients that send slowly', () => {
  it('take no place from others', async () => {
    await start()
    for (const socket of await Promise.all(Array.from({ length: 100 }, open))) socket.write(`${head(9)}{`)
    expect((await ask({ body: good })).status).toBe(200)
    expect(failures).toEqual([])
  })

  it('are refused with 503 once all bodies together are too many bytes, until one is done', async () => {
    const bytes = 100_000
    await start(bytes)
    const slow = await open()
    slow.write(`${head(bytes)}${' '.repeat(bytes - 1)}`)
    // Its body is read in turn with what others send, so the server is asked until it has all of it.
    let refused: Answer
    do refused = await ask({ body: good })
    while (refused.status !== 503)
    expect(refused.headers['retry-after']).toBe('1')
    expect(failures[0]).toContain('than there is room for')
    expect((await ask({ path: '/healthz', method: 'GET' })).status).toBe(200)
    const answered = once(slow, 'data')
    slow.write('{')
    expect(String((await answered)[0])).toMatch(/^HTTP\/1\.1 400/u)
    expect((await ask({ body: good })).status).toBe(200)
  })

  it('leave no bytes behind when they go away in the middle', async () => {
    await start(100_000)
    for (let round = 0; round < 20; round += 1) {
      const socket = await open()
      socket.write(`${head(60_000)}${' '.repeat(50_000)}`)
      socket.end()
      socket.resume()
      await once(socket, 'close')
    }
    expect((await ask({ body: good.padEnd(60_000) })).status).toBe(200)
  })
})

describe('connections that are left open', () => {
  it('make room for new ones when there are too many', async () => {
    await start()
    const idle = Array.from({ length: maxConnections }, async () => {
      const socket = await open()
      const answered = once(socket, 'data')
      socket.write(`GET /healthz HTTP/1.1\r\nHost: ${name}\r\n\r\n`)
      await answered
    })
    await Promise.all(idle)
    // The first that is too many is closed, and those that wait for nothing with it.
    await Promise.allSettled([ask({ body: good })])
    expect((await ask({ body: good })).status).toBe(200)
  })
})

it('speaks no TLS before 1.2', async () => {
  await start()
  const old = connect({
    port: server.port,
    host: '127.0.0.1',
    ca: identity.authorityPem,
    servername: name,
    minVersion: 'TLSv1',
    maxVersion: 'TLSv1.1',
    // Else this client refuses by itself.
    ciphers: 'DEFAULT@SECLEVEL=0',
  })
  sockets.add(old)
  const [error] = (await once(old, 'error')) as [NodeJS.ErrnoException]
  expect(error.code).toBe('ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION')
})
