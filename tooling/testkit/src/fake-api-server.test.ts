// Lists, single objects, access and connections of the fake API server.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { certificateAuthority } from './certificates.ts'
import { type FakeApiServer, fakeApiServer, type FakeApiServerOptions } from './fake-api-server.ts'
import { request } from './fake-api-server-test-client.ts'

const ingresses = '/apis/networking.k8s.io/v1/namespaces/shop/ingresses'
const authority = certificateAuthority()
let server: FakeApiServer
const others: FakeApiServer[] = []

beforeEach(async () => {
  server = await fakeApiServer()
})
afterEach(() => Promise.all([server, ...others.splice(0)].map(each => each.close())))

/** A server in addition, closed after the test. */
async function another(options: FakeApiServerOptions): Promise<FakeApiServer> {
  const started = await fakeApiServer(options)
  others.push(started)
  return started
}

const object = (name: string, namespace = 'shop') => ({ kind: 'Ingress', metadata: { name, namespace } })

const namesIn = (body: unknown): readonly string[] =>
  (body as { items: { metadata: { name: string } }[] }).items.map(({ metadata }) => metadata.name)

describe('a list', () => {
  it('has the version on the list, and neither kind nor apiVersion on the items', async () => {
    server.create(object('a'))
    server.create(object('b', 'bank'))
    const { body } = await request(server, ingresses)
    expect(body).toMatchObject({ kind: 'IngressList', metadata: { resourceVersion: String(server.version()) } })
    const { items } = body as { items: Record<string, unknown>[] }
    expect(items).toHaveLength(1)
    expect(Object.keys(items[0] ?? {})).toEqual(['metadata'])
    expect(items[0]?.['metadata']).toMatchObject({ name: 'a', uid: expect.any(String), generation: 1 })
  })

  it('comes in pages that keep the state of the first one', async () => {
    for (const name of ['a', 'b', 'c']) server.create(object(name))
    const first = await request(server, `${ingresses}?limit=2`)
    const { continue: token } = (first.body as { metadata: { continue: string } }).metadata
    expect(first.body).toMatchObject({ metadata: { remainingItemCount: 1 } })
    server.delete('Ingress', 'shop/c')
    const second = await request(server, `${ingresses}?limit=2&continue=${token}`)
    expect(namesIn(second.body)).toEqual(['c'])
  })

  it.each([
    ['compacted', (): void => server.compact()],
    ['told to forget the tokens', (): void => server.expireContinueTokens()],
  ])('can go on only with the present state once the server was %s', async (_, forget) => {
    for (const name of ['a', 'b', 'd']) server.create(object(name))
    const first = await request(server, `${ingresses}?limit=1`)
    const { continue: token } = (first.body as { metadata: { continue: string } }).metadata
    server.delete('Ingress', 'shop/b')
    server.create(object('c'))
    forget()
    const expired = await request(server, `${ingresses}?limit=1&continue=${token}`)
    expect(expired.body).toMatchObject({ code: 410, reason: 'Expired' })
    const { continue: inconsistent } = (expired.body as { metadata: { continue: string } }).metadata
    const rest = await request(server, `${ingresses}?limit=9&continue=${inconsistent}`)
    expect(namesIn(rest.body)).toEqual(['c', 'd'])
  })

  it('comes without pages from the watch cache', async () => {
    for (const name of ['a', 'b', 'c']) server.create(object(name))
    expect(namesIn((await request(server, `${ingresses}?limit=1&resourceVersion=0`)).body)).toEqual(['a', 'b', 'c'])
  })

  it.each([
    ['labelSelector=tier', ['a', 'b']],
    ['labelSelector=!tier', ['c']],
    ['labelSelector=tier%3Dfront', ['a']],
    ['labelSelector=tier!%3Dfront', ['b', 'c']],
    ['labelSelector=tier in (front,back),team=x', ['a']],
    ['labelSelector=tier notin (front)', ['b', 'c']],
    ['fieldSelector=metadata.name%3Db', ['b']],
    ['fieldSelector=metadata.name!%3Db,metadata.namespace=shop', ['a', 'c']],
  ])('is selected by %s', async (query, names) => {
    const labels = [{ tier: 'front', team: 'x' }, { tier: 'back' }, {}]
    for (const [index, name] of ['a', 'b', 'c'].entries()) {
      server.create({ kind: 'Ingress', metadata: { name, namespace: 'shop', labels: labels[index] } })
    }
    expect(namesIn((await request(server, `${ingresses}?${query}`)).body)).toEqual(names)
  })

  it.each([
    ['fieldSelector=spec.rules%3Dx', 400, /field label not supported: spec.rules/],
    ['labelSelector=a%3D%3D%3Db', 400, /unable to parse requirement/],
    ['resourceVersion=new', 400, /invalid resource version/],
    ['resourceVersionMatch=NotOlderThan', 422, /forbidden unless resourceVersion is provided/],
    ['sendInitialEvents=true', 422, /sendInitialEvents is forbidden for list/],
    ['resourceVersion=1&resourceVersionMatch=Newest', 422, /supported values: "Exact", "NotOlderThan"/],
  ])('is refused with %s', async (query, code, message) => {
    const answer = await request(server, `${ingresses}?${query}`)
    expect(answer.body).toMatchObject({ code, message: expect.stringMatching(message) })
  })
})

describe('access', () => {
  it('needs the token that is valid now', async () => {
    server.setToken('right')
    expect((await request(server, ingresses)).body).toMatchObject({ code: 401, reason: 'Unauthorized' })
    expect((await request(server, ingresses, { token: 'right' })).status).toBe(200)
    expect(server.kubeconfigYaml()).toContain('token: right')
    expect(server.kubeconfigYaml('other')).toContain('token: other')
  })

  it('is given by rules, whose refusals name the user, the verb and the resource', async () => {
    const guarded = await another({ users: new Map([['t', 'jane']]) })
    guarded.setAuthorize(({ verb, subresource }) => verb === 'list' && subresource === undefined)
    expect((await request(guarded, ingresses, { token: 't' })).status).toBe(200)
    const refused = await request(guarded, `${ingresses}/a/status`, { token: 't', method: 'PATCH', body: {} })
    const action = 'cannot patch resource "ingresses/status" in API group "networking.k8s.io" in the namespace "shop"'
    expect(refused.body).toMatchObject({
      code: 403,
      message: `ingresses.networking.k8s.io "a" is forbidden: User "jane" ${action}`,
      details: { name: 'a', group: 'networking.k8s.io', kind: 'ingresses' },
    })
    guarded.setAuthorize(undefined)
    expect((await request(guarded, `${ingresses}/a`, { token: 't' })).status).toBe(404)
  })
})

describe('requests and connections', () => {
  it('are counted and remembered', async () => {
    await request(server, '/version')
    await request(server, `${ingresses}/a`)
    expect(server.requests().map(({ verb, plural, namespace, name }) => [verb, plural, namespace, name])).toEqual([
      ['list', undefined, undefined, undefined],
      ['get', 'ingresses', 'shop', 'a'],
    ])
    expect(server.connections().accepted).toBeGreaterThanOrEqual(1)
  })

  it('are answered 404 in plain text for unknown paths', async () => {
    const answer = await request(server, '/apis/apps/v1/deployments')
    expect([answer.status, answer.body]).toEqual([404, '404 page not found\n'])
  })

  it('go over TLS when there is a certificate, and can be reset there too', async () => {
    const issued = authority.issue({ names: ['localhost'] })
    const tls = { certificate: issued.certificatePem, key: issued.privateKeyPem, ca: authority.certificatePem }
    const secure = await another({ tls })
    expect(secure.url).toMatch(/^https:\/\/localhost:/)
    secure.failNext({ answer: { kind: 'reset' } })
    await expect(fetch(secure.url)).rejects.toThrow('fetch failed')
  })
})
