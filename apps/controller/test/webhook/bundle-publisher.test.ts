import type { ClusterApi } from '@ingresskit/kubernetes-watch'
import { type FakeApiServer, fakeApiServer } from '@ingresskit/testkit'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type BundlePublisher, bundlePublisher } from '../../src/webhook/bundle-publisher.ts'
import { issueIdentity, type ServingIdentity } from '../../src/webhook/issue-identity.ts'
import { authoritiesIn, service, storedBundle, webhookConfiguration } from './support/bundles.ts'
import { clusterOf } from './support/fake-cluster.ts'

const nowMs = Date.now()
const { signal } = new AbortController()

let server: FakeApiServer
let api: ClusterApi
let one: ServingIdentity
let two: ServingIdentity

beforeEach(async () => {
  server = await fakeApiServer()
  api = await clusterOf(server)
  ;[one, two] = await Promise.all([issue('one'), issue('two')])
})
afterEach(async () => {
  await api.close()
  await server.close()
})

async function issue(replica: string): Promise<ServingIdentity> {
  return issueIdentity({ nowMs, validityMs: 86_400_000, serverNames: ['a.b.svc'], replica })
}

function publisher(replica: string, given: Partial<Parameters<typeof bundlePublisher>[0]> = {}): BundlePublisher {
  return bundlePublisher({ api, configuration: 'ingresskit', service, replica, now: () => nowMs, ...given })
}

function verbs(): readonly string[] {
  return server.requests().map(({ verb }) => verb)
}

it('puts the authority into the webhook that calls our Service, and touches nothing else', async () => {
  server.create(webhookConfiguration())
  const outcome = await publisher('one').publish([one.authorityPem], signal)
  expect(outcome).toEqual({ kind: 'published', added: [one.authorityPem] })
  expect(storedBundle(server)).toBe(one.authorityPem)
  const stored = server.get('ValidatingWebhookConfiguration', 'ingresskit')
  const wanted = webhookConfiguration(one.authorityPem)
  expect(stored?.['webhooks']).toEqual(wanted['webhooks'])
  expect(stored?.metadata['labels']).toEqual(wanted.metadata['labels'])
})

it('costs one GET when nothing is missing', async () => {
  server.create(webhookConfiguration(one.authorityPem))
  expect(await publisher('one').publish([one.authorityPem], signal)).toEqual({ kind: 'published', added: [] })
  expect(verbs()).toEqual(['get'])
})

it('reads again when somebody else wrote meanwhile, so that nobody is lost', async () => {
  server.create(webhookConfiguration())
  const outcomes = await Promise.all([
    publisher('one').publish([one.authorityPem], signal),
    publisher('two').publish([two.authorityPem], signal),
  ])
  expect(outcomes.map(({ kind }) => kind)).toEqual(['published', 'published'])
  expect(new Set(authoritiesIn(storedBundle(server)))).toEqual(new Set([one.authorityPem, two.authorityPem]))
})

it('gives up after five conflicts', async () => {
  server.create(webhookConfiguration())
  server.failNext({ verb: 'update', times: 99, answer: { kind: 'status', code: 409 } })
  const outcome = await publisher('one').publish([one.authorityPem], signal)
  expect(outcome).toMatchObject({ kind: 'failed', missing: [] })
  expect(verbs().filter(verb => verb === 'update')).toHaveLength(5)
})

describe('says what is wrong and what to do', () => {
  it('when there is no configuration', async () => {
    expect(await publisher('one').publish([one.authorityPem], signal)).toEqual({
      kind: 'failed',
      missing: [one.authorityPem],
      message: expect.stringMatching(/^cannot get .*"ingresskit": 404 .*--webhook-configuration/u) as unknown,
    })
  })

  it('when no webhook calls our Service', async () => {
    server.create(webhookConfiguration())
    const elsewhere = publisher('one', { service: { namespace: 'ingresskit', name: 'renamed' } })
    expect(await elsewhere.publish([one.authorityPem], signal)).toEqual({
      kind: 'failed',
      missing: [one.authorityPem],
      message: expect.stringContaining('calls the Service ingresskit/renamed') as unknown,
    })
  })

  it.each([
    ['get', []],
    ['update', ['missing']],
  ] as const)('when the right to %s is missing', async (verb, missing) => {
    server.create(webhookConfiguration())
    server.failNext({ verb, answer: { kind: 'status', code: 403 } })
    expect(await publisher('one').publish([one.authorityPem], signal)).toEqual({
      kind: 'failed',
      missing: missing.length === 0 ? [] : [one.authorityPem],
      message: expect.stringContaining('grant the RBAC verbs "get" and "update"') as unknown,
    })
  })

  it('when the API server does not answer, as soon as the signal ends the wait', async () => {
    server.create(webhookConfiguration())
    server.failNext({ answer: { kind: 'hang' } })
    const abort = new AbortController()
    const outcome = publisher('one').publish([one.authorityPem], abort.signal)
    await server.until(() => server.requests().length === 1)
    abort.abort()
    expect(await outcome).toMatchObject({ kind: 'failed', missing: [] })
  })
})

it.each([
  ['no webhooks', { webhooks: null }],
  ['webhooks of the wrong kind', { webhooks: [null, 5, 'text', [], { clientConfig: 7 }] }],
])('is not thrown off by %s', async (_what, fields) => {
  server.create({ ...webhookConfiguration(), ...fields })
  expect(await publisher('one').publish([one.authorityPem], signal)).toMatchObject({ kind: 'failed' })
})

it('replaces a caBundle that is no base64', async () => {
  const [other, ours] = webhookConfiguration()['webhooks'] as readonly { readonly clientConfig: object }[]
  const broken = { ...ours, clientConfig: { ...ours?.clientConfig, caBundle: '\u0000!' } }
  server.create({ ...webhookConfiguration(), webhooks: [other, broken] })
  expect(await publisher('one').publish([one.authorityPem], signal)).toMatchObject({ kind: 'published' })
  expect(storedBundle(server)).toBe(one.authorityPem)
})
