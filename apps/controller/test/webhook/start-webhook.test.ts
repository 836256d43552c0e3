import type { ClusterApi } from '@ingresskit/kubernetes-watch'
import { certificateAuthority, type FakeApiServer, fakeApiServer } from '@ingresskit/testkit'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startWebhook, type Webhook, type WebhookOptions } from '../../src/webhook/start-webhook.ts'
import { badIngress, ingress, ownClasses, review } from './support/admission-reviews.ts'
import { service, storedBundle, webhookConfiguration } from './support/bundles.ts'
import { clusterOf } from './support/fake-cluster.ts'
import { send } from './support/https-client.ts'

let server: FakeApiServer
let api: ClusterApi
let webhook: Webhook | undefined
let skippedMs = 0
const lines: string[] = []
const log = pino({ level: 'trace' }, { write: (line: string) => void lines.push(line) })

beforeEach(async () => {
  server = await fakeApiServer()
  api = await clusterOf(server)
  skippedMs = 0
  lines.length = 0
})
afterEach(async () => {
  await webhook?.close()
  webhook = undefined
  await api.close()
  await server.close()
})

/** A clock in which every wait is over at once. */
const now = (): number => Date.now() + skippedMs
const impatient: WebhookOptions['schedule'] = (delayMs, run) => {
  // Limits of calls are not to end them; everything else may.
  const isLimit = delayMs === 20_000 || delayMs === 3000
  const timer = setTimeout(
    () => {
      skippedMs += delayMs
      run()
    },
    isLimit ? delayMs : 5,
  )
  return () => clearTimeout(timer)
}

function own(): WebhookOptions['certificate'] {
  return { kind: 'own', api, configuration: 'ingresskit', service, replica: 'pod-1', random: () => 0.5 }
}

async function start(certificate = own()): Promise<{ readonly webhook: Webhook; readonly ready: Promise<number> }> {
  const ready = Promise.withResolvers<number>()
  webhook = await startWebhook({
    host: '127.0.0.1',
    port: 0,
    classes: ownClasses,
    certificate,
    log,
    now,
    schedule: impatient,
    onReady: port => ready.resolve(port),
  })
  return { webhook, ready: ready.promise }
}

describe('a webhook with a certificate of its own', () => {
  it('can be called by whoever trusts the bundle in the configuration, under every name of its Service', async () => {
    server.create(webhookConfiguration())
    const { ready } = await start()
    const port = await ready
    const ca = storedBundle(server)
    const body = JSON.stringify(review({ object: badIngress, uid: 'u-1' }))
    for (const servername of ['ingresskit-webhook.ingresskit.svc', 'ingresskit-webhook.ingresskit.svc.cluster.local']) {
      const { status, text } = await send({ port, ca, servername, body })
      expect([status, JSON.parse(text)]).toMatchObject([200, { response: { uid: 'u-1', allowed: false } }])
    }
    expect((await send({ port, ca, path: '/readyz', method: 'GET' })).status).toBe(200)
  })

  it('uses only the rights that it is given: get and update of one configuration', async () => {
    server.create(webhookConfiguration())
    const { webhook, ready } = await start()
    await ready
    await webhook.close()
    const path = '/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations/ingresskit'
    const used = new Set(server.requests().map(request => `${request.verb} ${request.path}`))
    expect(used).toEqual(new Set([`get ${path}`, `update ${path}`]))
  })

  it('lives, is not ready and says why until the configuration is there', async () => {
    const { webhook, ready } = await start()
    await server.until(() => server.requests().length >= 2)
    expect(webhook.notReady()).toContain('404')
    server.create(webhookConfiguration())
    await ready
    expect(webhook.notReady()).toBeUndefined()
    expect(lines.join('')).toContain('--webhook-configuration')
  })

  it('is not ready while it drains, goes on answering, and takes its authority with it', async () => {
    server.create(webhookConfiguration())
    const { webhook, ready } = await start()
    const port = await ready
    const ca = storedBundle(server)
    webhook.drain()
    expect((await send({ port, ca, path: '/readyz', method: 'GET' })).text).toBe('draining\n')
    expect((await send({ port, ca, body: JSON.stringify(review({ object: ingress() })) })).status).toBe(200)
    await webhook.close()
    expect(storedBundle(server)).toBe('')
  })

  it('logs verdicts and reasons, and nothing of what an Ingress contains', async () => {
    server.create(webhookConfiguration())
    const { ready } = await start()
    const port = await ready
    const ca = storedBundle(server)
    await send({ port, ca, body: JSON.stringify(review({ object: badIngress, uid: 'u-7' })) })
    await send({ port, ca, body: '{"secret": "auth.example"}' })
    const text = lines.join('')
    expect(text).toContain('"uid":"u-7","verdict":"denied","reasons":["AnnotationInvalid","AnnotationNotSupported"]')
    expect(text).toContain('could not be read')
    for (const part of ['auth.example', 'shop', 'fast', 'jane']) expect(text).not.toContain(part)
  })

  it('says so when its port is taken, and leaves nothing in the bundle', async () => {
    server.create(webhookConfiguration())
    const { port } = (await start()).webhook
    const first = webhook
    const second = startWebhook({
      host: '127.0.0.1',
      port,
      classes: ownClasses,
      certificate: { ...own(), replica: 'pod-2' } as WebhookOptions['certificate'],
      log,
      now,
      schedule: impatient,
      onReady: () => undefined,
    })
    await expect(second).rejects.toThrow(/EADDRINUSE/u)
    await first?.close()
    expect(storedBundle(server)).toBe('')
  })
})

describe('a webhook with certificate files', () => {
  it('serves them, is ready at once and asks the API server for nothing', async () => {
    const authority = certificateAuthority()
    const { certificatePem, privateKeyPem } = authority.issue({ names: ['ingresskit-webhook.ingresskit.svc'] })
    const folder = await mkdtemp(join(tmpdir(), 'ingresskit-files-'))
    try {
      const [certificateFile, keyFile] = [join(folder, 'tls.crt'), join(folder, 'tls.key')]
      await Promise.all([writeFile(certificateFile, certificatePem), writeFile(keyFile, privateKeyPem)])
      const { ready } = await start({ kind: 'files', certificateFile, keyFile })
      const port = await ready
      expect((await send({ port, ca: authority.certificatePem, path: '/readyz', method: 'GET' })).status).toBe(200)
      expect(server.requests()).toHaveLength(0)
    } finally {
      await webhook?.close()
      webhook = undefined
      await rm(folder, { recursive: true })
    }
  })
})
