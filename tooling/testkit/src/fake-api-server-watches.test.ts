// Watches of the fake API server, as far as no recording shows them.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type FakeApiServer, fakeApiServer, type FakeApiServerOptions } from './fake-api-server.ts'
import { manualSchedule, type ManualSchedule } from './fake-api-server-schedule.ts'
import { brief, request, watch } from './fake-api-server-test-client.ts'

const ingresses = '/apis/networking.k8s.io/v1/namespaces/shop/ingresses'
const watchList = 'sendInitialEvents=true&resourceVersionMatch=NotOlderThan'
let time: ManualSchedule
let server: FakeApiServer
const others: FakeApiServer[] = []

beforeEach(async () => {
  time = manualSchedule()
  server = await fakeApiServer({ schedule: time.schedule })
})
afterEach(() => Promise.all([server, ...others.splice(0)].map(each => each.close())))

/** A server in addition, closed after the test. */
async function another(options: FakeApiServerOptions): Promise<FakeApiServer> {
  const started = await fakeApiServer(options)
  others.push(started)
  return started
}

const object = (name: string, namespace = 'shop', labels = {}) => ({
  kind: 'Ingress',
  metadata: { name, namespace, labels },
})

describe('a watch', () => {
  it('begins at a version and is kept to its namespace and name', async () => {
    server.create(object('a'))
    const from = server.version()
    server.create(object('b'))
    server.create(object('b', 'bank'))
    const seen = await watch(server, ingresses, `resourceVersion=${from}&fieldSelector=metadata.name%3Db`)
    server.update(object('a'))
    server.update(object('b'))
    server.delete('Ingress', 'shop/b')
    expect(brief(await seen.next(3))).toEqual(['ADDED b', 'MODIFIED b', 'DELETED b'])
  })

  it('adds an object that begins to be selected, and deletes one that is no more', async () => {
    const seen = await watch(server, ingresses, `resourceVersion=${server.version()}&labelSelector=tier=front`)
    server.create(object('a'))
    server.update(object('a', 'shop', { tier: 'front' }))
    server.update(object('a', 'shop', { tier: 'front', team: 'x' }))
    server.update(object('a', 'shop', { tier: 'back' }))
    server.create(object('b', 'shop', { tier: 'front' }))
    expect(brief(await seen.next(4))).toEqual(['ADDED a', 'MODIFIED a', 'DELETED a', 'ADDED b'])
  })

  it('ends its beginning with a bookmark only when bookmarks are allowed', async () => {
    server.create(object('a'))
    const [allowed, silent] = await Promise.all([
      watch(server, ingresses, `${watchList}&allowWatchBookmarks=true`),
      watch(server, ingresses, watchList),
    ])
    const events = await allowed.next(2)
    expect(brief(events)).toEqual(['ADDED a', 'BOOKMARK'])
    expect(events[1]?.object.metadata.annotations).toEqual({ 'k8s.io/initial-events-end': 'true' })
    server.create(object('b'))
    expect(brief(await silent.next(2))).toEqual(['ADDED a', 'ADDED b'])
  })

  it('ends its beginning no sooner than at the version that was asked for', async () => {
    const wanted = server.version() + 2
    const seen = await watch(server, ingresses, `${watchList}&allowWatchBookmarks=true&resourceVersion=${wanted}`)
    server.create(object('a'))
    server.create({ kind: 'ConfigMap', metadata: { name: 'elsewhere' } })
    const events = await seen.next(2)
    expect(brief(events)).toEqual(['ADDED a', 'BOOKMARK'])
    expect(events[1]?.object.metadata.resourceVersion).toBe(String(wanted))
  })

  it('from the future is silent until then', async () => {
    const seen = await watch(server, ingresses, `resourceVersion=${server.version() + 1}`)
    server.create(object('a'))
    server.create(object('b'))
    expect(brief(await seen.next(1))).toEqual(['ADDED b'])
  })

  it('from a version that is forgotten gets an ERROR event in a 200, and ends', async () => {
    const short = await another({ historyLength: 2 })
    const from = short.version()
    for (const name of ['a', 'b', 'c', 'd', 'e']) short.create(object(name))
    const seen = await watch(short, ingresses, `resourceVersion=${from}`)
    const message = `too old resource version: ${from} (${short.version()})`
    expect(await seen.rest()).toMatchObject([{ type: 'ERROR', object: { code: 410, reason: 'Expired', message } }])
    const recent = await watch(short, ingresses, `resourceVersion=${short.version() - 2}`)
    expect(brief(await recent.next(2))).toEqual(['ADDED d', 'ADDED e'])
  })

  it.each([
    ['sendInitialEvents=true', /sendInitialEvents requires setting resourceVersionMatch to NotOlderThan/],
    ['resourceVersionMatch=NotOlderThan', /forbidden for watch unless sendInitialEvents is provided/],
    ['sendInitialEvents=true&resourceVersionMatch=Exact', /Unsupported value: "Exact"/],
  ])('is refused with %s', async (query, message) => {
    const { body } = await request(server, `${ingresses}?watch=true&${query}`)
    expect(body).toMatchObject({
      code: 422,
      message: expect.stringMatching(message),
      details: { group: 'meta.k8s.io', kind: 'ListOptions' },
    })
  })

  it('knows no initial events on an older server', async () => {
    const old = await another({ watchList: false })
    const { body } = await request(old, `${ingresses}?watch=true&${watchList}`)
    const message = 'sendInitialEvents is forbidden for watch unless the WatchList feature gate is enabled'
    expect(body).toMatchObject({
      code: 422,
      message: `ListOptions.meta.k8s.io "" is invalid: sendInitialEvents: Forbidden: ${message}`,
    })
  })
})

describe('time in a watch', () => {
  it('brings a bookmark every minute, one shortly before the end, and the end', async () => {
    const query = `resourceVersion=${server.version()}&allowWatchBookmarks=true&timeoutSeconds=150`
    const seen = await watch(server, ingresses, query)
    time.advance(59_999)
    server.create(object('a'))
    time.advance(1)
    expect(brief(await seen.next(2))).toEqual(['ADDED a', 'BOOKMARK'])
    time.advance(60_000)
    server.create(object('b'))
    time.advance(28_000)
    expect(brief(await seen.next(3))).toEqual(['BOOKMARK', 'ADDED b', 'BOOKMARK'])
    time.advance(2000)
    expect(await seen.rest()).toEqual([])
    await server.until(() => server.watches() === 0)
    expect(time.pending()).toBe(0)
  })

  it('brings no bookmarks to a watch that does not allow them, neither by the clock nor on demand', async () => {
    const [allowed, other] = await Promise.all([
      watch(server, ingresses, 'allowWatchBookmarks=true&timeoutSeconds=600'),
      watch(server, ingresses, 'timeoutSeconds=600'),
    ])
    await server.watchOpened('ingresses', 2)
    expect(server.bookmark('ingresses')).toBe(1)
    time.advance(600_000)
    expect(await other.rest()).toEqual([])
    // The end of the beginning, the one on demand, one a minute but for the last, and the one before the end.
    expect(await allowed.rest()).toHaveLength(1 + 1 + 9 + 1)
  })
})
