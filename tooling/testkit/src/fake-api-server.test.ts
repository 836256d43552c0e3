import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type FakeApiServer, fakeApiServer } from './fake-api-server.ts'

const ingresses = '/apis/networking.k8s.io/v1/namespaces/shop/ingresses'
const leases = '/apis/coordination.k8s.io/v1/namespaces/shop/leases'
let server: FakeApiServer

beforeEach(async () => {
  server = await fakeApiServer()
})
afterEach(() => server.close())

interface Answer {
  readonly status: number
  readonly headers: Headers
  // The test asserts on parts of whatever came.
  readonly body: unknown
}

async function request(path: string, init: { method?: string; body?: unknown; token?: string } = {}): Promise<Answer> {
  const { method = 'GET', body, token } = init
  const response = await fetch(server.url + path, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
  })
  return { status: response.status, headers: response.headers, body: await response.json() }
}

/** Reads so many lines of a watch and leaves. */
async function watch(path: string, count: number): Promise<{ type: string; object: { metadata: { name: string } } }[]> {
  const stop = new AbortController()
  const response = await fetch(server.url + path, { signal: stop.signal })
  const lines: string[] = []
  let text = ''
  for await (const chunk of response.body ?? []) {
    text += new TextDecoder().decode(chunk)
    lines.push(...text.split('\n').slice(0, -1))
    text = text.slice(text.lastIndexOf('\n') + 1)
    if (lines.length >= count) break
  }
  stop.abort()
  return lines.slice(0, count).map(line => JSON.parse(line) as Awaited<ReturnType<typeof watch>>[number])
}

const object = (name: string, namespace = 'shop') => ({ kind: 'Ingress', metadata: { name, namespace } })

describe('fakeApiServer', () => {
  it('lists as the recordings show: the version on the list, neither kind nor apiVersion on the items', async () => {
    server.create(object('a'))
    server.create(object('b', 'bank'))
    const { body } = await request(ingresses)
    expect(body).toMatchObject({ kind: 'IngressList', metadata: { resourceVersion: String(server.version()) } })
    const { items } = body as { items: Record<string, unknown>[] }
    expect(items).toHaveLength(1)
    expect(Object.keys(items[0] ?? {})).toEqual(['metadata'])
    expect(items[0]?.['metadata']).toMatchObject({ name: 'a', uid: expect.any(String) })
  })

  it('lists in pages that keep the state of the first one, until their token is too old', async () => {
    for (const name of ['a', 'b', 'c']) server.create(object(name))
    const first = await request(`${ingresses}?limit=2`)
    const { continue: token } = (first.body as { metadata: { continue: string } }).metadata
    expect(first.body).toMatchObject({ metadata: { remainingItemCount: 1 } })
    server.delete('Ingress', 'shop/c')
    const second = await request(`${ingresses}?limit=2&continue=${token}`)
    expect(second.body).toMatchObject({ items: [{ metadata: { name: 'c' } }] })
    server.expireContinueTokens()
    expect((await request(`${ingresses}?continue=${token}`)).status).toBe(410)
    expect((await request(`${ingresses}?continue=garbage`)).body).toMatchObject({ code: 400, reason: 'BadRequest' })
  })

  it('watches from a version on, by namespace and name', async () => {
    server.create(object('a'))
    const from = server.version()
    server.create(object('b'))
    server.create(object('c', 'bank'))
    const seen = watch(`${ingresses}?watch=true&resourceVersion=${from}&fieldSelector=metadata.name%3Db`, 3)
    await server.watchOpened('ingresses')
    server.update(object('a'))
    server.update(object('b'))
    server.delete('Ingress', 'shop/b')
    const events = await seen
    expect(events.map(({ type, object }) => `${type} ${object.metadata.name}`)).toEqual([
      'ADDED b',
      'MODIFIED b',
      'DELETED b',
    ])
  })

  it('begins a watch without a version with what there is, and ends the beginning with a bookmark if asked to', async () => {
    server.create(object('a'))
    const events = await watch(`${ingresses}?watch=true&sendInitialEvents=true`, 2)
    expect(events).toMatchObject([
      { type: 'ADDED', object: { kind: 'Ingress', metadata: { name: 'a' } } },
      { type: 'BOOKMARK', object: { metadata: { annotations: { 'k8s.io/initial-events-end': 'true' } } } },
    ])
  })

  it('answers a version that was compacted away with an ERROR event in a 200', async () => {
    const from = server.version()
    server.create(object('a'))
    server.compact()
    const events = await watch(`${ingresses}?watch=true&resourceVersion=${from}`, 1)
    const message = `too old resource version: ${from} (${server.version()})`
    expect(events).toMatchObject([{ type: 'ERROR', object: { kind: 'Status', code: 410, reason: 'Expired', message } }])
  })

  it('refuses to create twice and to update a stale version', async () => {
    const lease = { metadata: { name: 'leader' }, spec: { holderIdentity: 'a' } }
    const created = await request(leases, { method: 'POST', body: lease })
    expect(created.status).toBe(201)
    const again = await request(leases, { method: 'POST', body: lease })
    expect(again.body).toMatchObject({
      code: 409,
      reason: 'AlreadyExists',
      message: 'leases.coordination.k8s.io "leader" already exists',
    })
    const stale = { metadata: { name: 'leader', resourceVersion: '1' }, spec: {} }
    const refused = await request(`${leases}/leader`, { method: 'PUT', body: stale })
    expect(refused.body).toMatchObject({ code: 409, reason: 'Conflict' })
    const updated = await request(`${leases}/leader`, { method: 'PUT', body: created.body })
    expect(updated.status).toBe(200)
    expect((await request(`${leases}/leader`, { method: 'DELETE' })).status).toBe(200)
    expect((await request(`${leases}/leader`)).body).toMatchObject({ code: 404, reason: 'NotFound' })
  })

  it('lets the status subresource change the status alone', async () => {
    server.create({ ...object('a'), spec: { rules: [] } })
    const body = { spec: { rules: ['x'] }, status: { loadBalancer: { ingress: [{ ip: '203.0.113.10' }] } } }
    const patched = await request(`${ingresses}/a/status`, { method: 'PATCH', body })
    expect(patched.body).toMatchObject({ spec: { rules: [] }, status: body.status })
    await request(`${ingresses}/a`, { method: 'PATCH', body: { ...body, status: null } })
    expect(server.get('Ingress', 'shop/a')).toMatchObject({ spec: { rules: ['x'] }, status: body.status })
  })

  it('names events that ask for a generated name', async () => {
    const body = { metadata: { generateName: 'a.' }, reason: 'Sync' }
    const { body: event } = await request('/api/v1/namespaces/shop/events', { method: 'POST', body })
    expect(event).toMatchObject({ metadata: { name: expect.stringMatching(/^a\../), namespace: 'shop' } })
  })

  it('gives the ordered faults to the next matching requests, and then serves rightly again', async () => {
    server.failNext({ verb: 'list', plural: 'ingresses', answer: { kind: 'status', code: 429, retryAfterSeconds: 3 } })
    expect((await request('/api/v1/services')).status).toBe(200)
    const refused = await request(ingresses)
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '3'])
    expect((await request(ingresses)).status).toBe(200)
    server.failNext({ answer: { kind: 'reset' } })
    await expect(request(ingresses)).rejects.toThrow('fetch failed')
  })

  it('asks for the token that is valid now', async () => {
    server.setToken('right')
    expect((await request(ingresses)).body).toMatchObject({ code: 401, reason: 'Unauthorized' })
    expect((await request(ingresses, { token: 'right' })).status).toBe(200)
    expect(server.kubeconfigYaml()).toContain('token: right')
  })

  it('counts connections and remembers requests', async () => {
    await request('/version')
    await request(`${ingresses}/a`)
    expect(server.requests().map(({ verb, plural }) => [verb, plural])).toEqual([
      ['list', undefined],
      ['get', 'ingresses'],
    ])
    expect(server.connections().accepted).toBeGreaterThanOrEqual(1)
  })

  it('knows no other paths', async () => {
    expect((await request('/apis/apps/v1/deployments')).status).toBe(404)
  })
})
