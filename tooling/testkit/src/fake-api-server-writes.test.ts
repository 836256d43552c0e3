// Writes to the fake API server, as far as no recording shows them.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type FakeApiServer, fakeApiServer, type FakeApiServerOptions } from './fake-api-server.ts'
import { request, watch } from './fake-api-server-test-client.ts'

const ingresses = '/apis/networking.k8s.io/v1/namespaces/shop/ingresses'
const leases = '/apis/coordination.k8s.io/v1/namespaces/shop/leases'
const events = '/api/v1/namespaces/shop/events'
const services = '/api/v1/namespaces/shop/services'
const slices = '/apis/discovery.k8s.io/v1/namespaces/shop/endpointslices'
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

const spec = { defaultBackend: { service: { name: 'web', port: { number: 80 } } } }
const ingress = { kind: 'Ingress', metadata: { name: 'a', namespace: 'shop' }, spec }

describe('a POST', () => {
  it('adds what the server decides, and what the kind has by default', async () => {
    const body = { metadata: { name: 'web' }, spec: { ports: [{ port: 80 }] }, status: { made: 'up' } }
    const created = await request(server, services, { method: 'POST', body })
    expect(created.status).toBe(201)
    expect(created.body).toMatchObject({
      kind: 'Service',
      metadata: { namespace: 'shop', uid: expect.any(String), resourceVersion: String(server.version()) },
      spec: {
        type: 'ClusterIP',
        clusterIP: expect.stringMatching(/^10\./),
        ports: [{ protocol: 'TCP', targetPort: 80 }],
      },
      status: { loadBalancer: {} },
    })
  })

  it('names what asks for a generated name', async () => {
    const body = { metadata: { generateName: 'a.' }, involvedObject: { namespace: 'shop' }, reason: 'Sync' }
    const [first, second] = [
      await request(server, events, { method: 'POST', body }),
      await request(server, events, { method: 'POST', body }),
    ]
    const expected = { metadata: { name: expect.stringMatching(/^a\.[a-z0-9]{5}$/), generateName: 'a.' } }
    expect(first.body).toMatchObject(expected)
    expect(second.body).toMatchObject(expected)
    expect(server.list('Event')).toHaveLength(2)
  })

  it('turns stringData into data', async () => {
    const body = { metadata: { name: 's' }, stringData: { key: 'text' } }
    const { body: secret } = await request(server, '/api/v1/namespaces/shop/secrets', { method: 'POST', body })
    expect(secret).toMatchObject({ type: 'Opaque', data: { key: Buffer.from('text').toString('base64') } })
    expect(secret).not.toHaveProperty('stringData')
  })

  it.each([
    [ingresses, { metadata: { name: 'a', namespace: 'bank' }, spec }, 400, /does not match the namespace sent/],
    [ingresses, { metadata: {}, spec }, 422, /metadata.name: Required value: name or generateName is required/],
    [ingresses, { metadata: { name: 'A' }, spec }, 422, /metadata.name: Invalid value: "A": a lowercase RFC 1123/],
    [services, { metadata: { name: '1' }, spec: {} }, 422, /"1": a DNS-1035 label must consist of/],
    [events, { metadata: { name: 'e' }, involvedObject: { namespace: 'bank' } }, 422, /does not match event.namespace/],
    [leases, { metadata: { name: 'l' }, spec: { leaseDurationSeconds: 0 } }, 422, /must be greater than 0/],
    [leases, { metadata: { name: 'l' }, spec: { renewTime: '2026-11-25T22:00:00.000Z' } }, 400, /parsing time/],
    [slices, { metadata: { name: 's' }, endpoints: [] }, 422, /addressType: Required value/],
  ])('to %s is refused when it is wrong: case %#', async (path, body, code, message) => {
    const answer = await request(server, path, { method: 'POST', body })
    expect(answer.body).toMatchObject({ code, message: expect.stringMatching(message) })
    expect(server.list('Ingress')).toEqual([])
  })

  it('takes endpoints on loopback addresses unless told to refuse them', async () => {
    const body = { metadata: { name: 's' }, addressType: 'IPv4', endpoints: [{ addresses: ['127.0.0.1'] }] }
    expect((await request(server, slices, { method: 'POST', body })).status).toBe(201)
    const strict = await another({ refuseLoopback: true })
    expect((await request(strict, slices, { method: 'POST', body })).body).toMatchObject({
      code: 422,
      details: { causes: [{ field: 'endpoints[0].addresses[0]' }] },
    })
  })
})

describe('a strict server', () => {
  it('refuses what the schemas do not know, and nothing that it says itself', async () => {
    const strict = await another({ strict: true })
    const body = { metadata: { name: 'l', holder: 'a' }, spec: {} }
    const refused = await request(strict, leases, { method: 'POST', body })
    expect(refused.body).toMatchObject({
      code: 400,
      message: expect.stringMatching(/strict decoding error.*metadata.holder/),
    })
    for (const [path, object] of [
      [leases, { metadata: { name: 'l' }, spec: {} }],
      [ingresses, { metadata: { name: 'a' }, spec }],
      [services, { metadata: { name: 'web' }, spec: { ports: [{ port: 80 }] } }],
      [slices, { metadata: { name: 's' }, addressType: 'IPv4', endpoints: [{ addresses: ['192.0.2.1'] }] }],
      [events, { metadata: { generateName: 'e.' }, involvedObject: { namespace: 'shop' } }],
      ['/api/v1/namespaces/shop/secrets', { metadata: { name: 's' }, stringData: { key: 'text' } }],
      ['/api/v1/namespaces', { metadata: { name: 'shop' } }],
    ] as const) {
      const created = await request(strict, path, { method: 'POST', body: object })
      expect(created.status).toBe(201)
    }
  })
})

describe('a PUT', () => {
  it('replaces everything but the status, and counts changes of the spec', async () => {
    server.create({ ...ingress, status: { loadBalancer: { ingress: [{ ip: '203.0.113.10' }] } } })
    const next = { defaultBackend: { service: { name: 'other', port: { number: 80 } } } }
    const body = { metadata: { name: 'a', annotations: { x: 'y' } }, spec: next, status: {} }
    const { body: replaced } = await request(server, `${ingresses}/a`, { method: 'PUT', body })
    expect(replaced).toMatchObject({
      metadata: { generation: 2, annotations: { x: 'y' } },
      spec: next,
      status: { loadBalancer: { ingress: [{ ip: '203.0.113.10' }] } },
    })
  })

  it('creates only the kinds that may be created so', async () => {
    expect((await request(server, `${leases}/l`, { method: 'PUT', body: { metadata: {}, spec: {} } })).status).toBe(201)
    const refused = await request(server, `${ingresses}/a`, { method: 'PUT', body: ingress })
    const details = { name: 'a', group: 'networking.k8s.io', kind: 'ingresses' }
    expect(refused.body).toMatchObject({ code: 404, reason: 'NotFound', details })
  })

  it('with a uid is meant for that very object', async () => {
    const body = { metadata: { name: 'l', uid: 'gone' }, spec: {} }
    const missing = await request(server, `${leases}/l`, { method: 'PUT', body })
    expect(missing.body).toMatchObject({ code: 409, message: expect.stringContaining('UID in precondition: gone') })
    server.create(ingress)
    const put = await request(server, `${ingresses}/a`, {
      method: 'PUT',
      body: { ...ingress, metadata: body.metadata },
    })
    expect(put.body).toMatchObject({ code: 409, reason: 'Conflict' })
    const patch = await request(server, `${ingresses}/a`, { method: 'PATCH', body: { metadata: { uid: 'gone' } } })
    expect(patch.body).toMatchObject({ code: 422, details: { causes: [{ field: 'metadata.uid' }] } })
  })

  it('of a Lease must say which version it replaces', async () => {
    server.create({ kind: 'Lease', metadata: { name: 'l', namespace: 'shop' }, spec: {} })
    const body = { metadata: { name: 'l' }, spec: { holderIdentity: 'a' } }
    expect((await request(server, `${leases}/l`, { method: 'PUT', body })).body).toMatchObject({
      code: 422,
      message:
        'leases.coordination.k8s.io "l" is invalid: metadata.resourceVersion: Invalid value: 0x0: must be specified for an update',
    })
    const current = server.get('Lease', 'shop/l')
    const replaced = await request(server, `${leases}/l`, {
      method: 'PUT',
      body: { ...current, spec: body.spec },
    })
    expect(replaced.body).toMatchObject({ spec: { holderIdentity: 'a' } })
  })
})

describe('a PATCH', () => {
  it('of the status changes the status alone, and of the object everything else', async () => {
    server.create(ingress)
    const status = { loadBalancer: { ingress: [{ ip: '203.0.113.10' }] } }
    const body = { metadata: { labels: { a: 'b' } }, spec: { ingressClassName: 'x' }, status }
    const patched = await request(server, `${ingresses}/a/status`, { method: 'PATCH', body })
    expect(patched.body).toMatchObject({ spec, status })
    expect(patched.body).not.toHaveProperty('metadata.labels')
    await request(server, `${ingresses}/a`, { method: 'PATCH', body: { ...body, status: null } })
    expect(server.get('Ingress', 'shop/a')).toMatchObject({ spec: { ...spec, ingressClassName: 'x' }, status })
  })

  it('that changes nothing makes no version and no event', async () => {
    server.create({ ...ingress, status: { loadBalancer: {} } })
    const before = server.version()
    const seen = await watch(server, ingresses, `resourceVersion=${before}`)
    const body = { status: { loadBalancer: {} } }
    expect((await request(server, `${ingresses}/a/status`, { method: 'PATCH', body })).status).toBe(200)
    expect(server.version()).toBe(before)
    server.delete('Ingress', 'shop/a')
    expect(await seen.next(1)).toMatchObject([{ type: 'DELETED' }])
  })

  it('is refused when it is stale, no merge patch, or makes the object invalid', async () => {
    server.create(ingress)
    const patch = (path: string, body: unknown, contentType?: string) =>
      request(server, path, { method: 'PATCH', body, ...(contentType === undefined ? {} : { contentType }) })
    const stale = await patch(`${ingresses}/a`, { metadata: { resourceVersion: '1' } })
    expect(stale.body).toMatchObject({ code: 409, reason: 'Conflict' })
    expect((await patch(`${ingresses}/a`, {}, 'application/json')).status).toBe(415)
    expect((await patch(`${ingresses}/a`, { spec: null })).status).toBe(422)
    const status = { loadBalancer: { ingress: [{ ip: 'nowhere' }] } }
    expect((await patch(`${ingresses}/a/status`, { status })).body).toMatchObject({
      code: 422,
      details: { causes: [{ field: 'status.loadBalancer.ingress[0].ip' }] },
    })
  })
})

describe('a DELETE', () => {
  it('is answered with what was deleted, once', async () => {
    const { uid } = server.create(ingress).metadata
    const { body } = await request(server, `${ingresses}/a`, { method: 'DELETE' })
    const details = { name: 'a', group: 'networking.k8s.io', kind: 'ingresses', uid }
    expect(body).toEqual({ kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', details })
    expect((await request(server, `${ingresses}/a`, { method: 'DELETE' })).status).toBe(404)
  })

  it('is refused when its precondition does not hold', async () => {
    server.create(ingress)
    const body = { preconditions: { resourceVersion: '1' } }
    const { body: refused } = await request(server, `${ingresses}/a`, { method: 'DELETE', body })
    expect(refused).toMatchObject({ code: 409, message: expect.stringContaining('in the precondition (1)') })
    expect(server.list('Ingress')).toHaveLength(1)
  })

  it('of a namespace deletes what is in it', async () => {
    await request(server, '/api/v1/namespaces', { method: 'POST', body: { metadata: { name: 'shop' } } })
    server.create(ingress)
    server.create({ ...ingress, metadata: { name: 'a', namespace: 'bank' } })
    await request(server, '/api/v1/namespaces/shop', { method: 'DELETE' })
    expect(server.list('Ingress').map(({ metadata }) => metadata.namespace)).toEqual(['bank'])
  })
})
