// Faults on demand of the fake API server.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type FakeApiServer, fakeApiServer } from './fake-api-server.ts'
import type { Garbage } from './fake-api-server-garbage.ts'
import { manualSchedule, type ManualSchedule } from './fake-api-server-schedule.ts'
import { brief, request, watch } from './fake-api-server-test-client.ts'

const ingresses = '/apis/networking.k8s.io/v1/namespaces/shop/ingresses'
let time: ManualSchedule
let server: FakeApiServer

beforeEach(async () => {
  time = manualSchedule()
  server = await fakeApiServer({ schedule: time.schedule })
})
afterEach(() => server.close())

const object = (name: string, namespace = 'shop') => ({ kind: 'Ingress', metadata: { name, namespace } })

describe('an ordered fault', () => {
  it('goes to the next matching request, and then all is served rightly again', async () => {
    const answer = { kind: 'status', code: 429, retryAfterSeconds: 3 } as const
    server.failNext({ verb: 'list', plural: 'ingresses', namespace: 'shop', answer })
    expect((await request(server, '/api/v1/services')).status).toBe(200)
    expect((await request(server, ingresses.replace('shop', 'bank'))).status).toBe(200)
    const refused = await request(server, ingresses)
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '3'])
    expect((await request(server, ingresses)).status).toBe(200)
  })

  it('can be an overload, in plain text as the real server says it', async () => {
    server.failNext({ answer: { kind: 'overload', retryAfterSeconds: 1 } })
    const refused = await request(server, ingresses)
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '1'])
    expect(refused.body).toBe('Too many requests, please try again later.\n')
  })

  it.each(['reset', 'fin'] as const)('can be a connection that ends without an answer: %s', async kind => {
    server.failNext({ answer: { kind } })
    await expect(request(server, ingresses)).rejects.toThrow('fetch failed')
  })

  it('can be a late answer', async () => {
    server.failNext({ answer: { kind: 'slow', delayMs: 5000 } })
    const asked = request(server, ingresses)
    await server.until(() => server.requests().length === 1)
    time.advance(4999)
    server.create(object('other'))
    expect(time.pending()).toBe(1)
    time.advance(1)
    expect((await asked).status).toBe(200)
  })

  it('can be an answer that trickles', async () => {
    for (const name of ['a', 'b', 'c']) server.create(object(name))
    const whole = await request(server, ingresses)
    server.failNext({ answer: { kind: 'slow', bytesPerSecond: 200 } })
    const asked = request(server, ingresses)
    await server.until(() => server.requests().length === 2)
    time.advance(1000)
    expect(time.pending()).toBe(1)
    time.advance(60_000)
    expect((await asked).body).toEqual(whole.body)
  })
})

describe('a stall', () => {
  it('keeps watches silent without ending them, until they go on with what they missed', async () => {
    const [stalled, other] = await Promise.all([watch(server, ingresses), watch(server, '/api/v1/services')])
    expect(server.stall({ verb: 'watch', plural: 'ingresses' })).toBe(1)
    server.create(object('a'))
    server.create({ kind: 'Service', metadata: { name: 's' } })
    expect(brief(await other.next(1))).toEqual(['ADDED s'])
    expect(server.watches('ingresses')).toBe(1)
    const events = stalled.next(2)
    server.resume()
    server.create(object('b'))
    expect(brief(await events)).toEqual(['ADDED a', 'ADDED b'])
  })

  it('holds answers to requests that come later, and lets clients go', async () => {
    server.stall()
    const asked = request(server, ingresses)
    await expect(fetch(server.url + ingresses, { signal: AbortSignal.timeout(1) })).rejects.toThrow('aborted')
    server.resume()
    expect((await asked).status).toBe(200)
  })
})

describe('a watch that is disturbed', () => {
  it.each(['fin', 'reset'] as const)('breaks in the middle: %s', async mode => {
    const seen = await watch(server, ingresses)
    expect(server.cutWatches(mode, 'ingresses')).toBe(1)
    await expect(seen.rest()).rejects.toThrow('terminated')
  })

  it('ends as at its timeout', async () => {
    const seen = await watch(server, ingresses)
    server.cutWatches('end')
    expect(await seen.rest()).toEqual([])
  })

  it.each(['fin', 'reset'] as const)('breaks with all connections: %s', async mode => {
    const seen = await watch(server, ingresses)
    expect(server.cutConnections(mode)).toBeGreaterThanOrEqual(1)
    await expect(seen.rest()).rejects.toThrow('terminated')
  })

  it('gets events twice and backwards, those that it selects', async () => {
    const from = server.version()
    const seen = await watch(server, ingresses, `resourceVersion=${from}`)
    server.create(object('a'))
    server.create(object('b', 'bank'))
    server.create(object('c'))
    server.delete('Ingress', 'shop/a')
    expect(server.sendAgain('ingresses', { order: 'reversed', after: from })).toBe(4)
    expect(server.sendAgain('ingresses')).toBe(4)
    const once = ['ADDED a', 'ADDED c', 'DELETED a']
    expect(brief(await seen.next(9))).toEqual([...once, ...once.toReversed(), ...once])
    server.compact()
    expect(() => server.sendAgain('ingresses', { after: from })).toThrow('forgotten')
  })

  it.each<[Garbage, RegExp]>([
    ['malformed', /^\{"type":"ADDED","object":\{"kind":\n$/],
    ['half-line', /^\{"type":"ADDED".*[^\n]$/],
    ['no-event', /^\[.*\]\n$/],
    ['no-metadata', /^\{"type":"MODIFIED","object":\{"kind":"Ingress","apiVersion":"networking.k8s.io\/v1"\}\}\n$/],
    ['no-object', /^\{"type":"ADDED"\}\n$/],
    ['unknown-type', /"type":"REPLACED"/],
    ['no-status', /^\{"type":"ERROR","object":"/],
    // oxlint-disable-next-line no-control-regex
    ['control-characters', /^\u0000.*\n$/],
  ])('gets garbage: %s', async (garbage, expected) => {
    const response = await fetch(`${server.url}${ingresses}?watch=true`)
    await server.watchOpened('ingresses')
    expect(server.sendGarbage('ingresses', garbage)).toBe(1)
    server.cutWatches('end')
    expect(await response.text()).toMatch(expected)
  })
})

describe('a server that goes away', () => {
  it('refuses connections, and comes back at the same address with what happened meanwhile', async () => {
    const from = server.version()
    const seen = await watch(server, ingresses)
    await server.goAway()
    await expect(seen.rest()).rejects.toThrow('terminated')
    await expect(request(server, ingresses)).rejects.toThrow('fetch failed')
    server.create(object('a'))
    await server.comeBack({ history: 'kept' })
    const again = await watch(server, ingresses, `resourceVersion=${from}`)
    expect(brief(await again.next(1))).toEqual(['ADDED a'])
  })

  it('has forgotten its history when it restarts, and may have to fill its cache first', async () => {
    const from = server.version()
    server.create(object('a'))
    await server.restart({ watchCache: 'cold' })
    const path = `${ingresses}?watch=true&resourceVersion=${from}`
    const early = await request(server, path)
    expect(early.body).toMatchObject({ code: 429, message: 'storage is (re)initializing' })
    expect(early.headers.get('retry-after')).toBe('1')
    expect(await (await watch(server, ingresses, `resourceVersion=${from}`)).rest()).toMatchObject([
      { type: 'ERROR', object: { code: 410 } },
    ])
    const seen = await watch(server, ingresses, `resourceVersion=${server.version()}`)
    server.create(object('b'))
    expect(brief(await seen.next(1))).toEqual(['ADDED b'])
  })

  it('can be closed while it is away', async () => {
    await server.goAway()
    await server.close()
    expect(server.connections().open).toBe(0)
  })
})
