import { rawBackend, type RawBackend } from '@ingresskit/testkit'
import { afterEach, describe, expect, it } from 'vitest'
import { connectMs, PooledRequest, testPool } from '../test/support/pooled-requests.ts'
import { until } from '../test/support/until.ts'
import type { UpstreamTarget } from './upstream-host.ts'

const answer = (text: string): string => `HTTP/1.1 200 OK\r\nContent-Length: ${text.length}\r\n\r\n${text}`
const toPath = (path: string): PooledRequest => new PooledRequest({ path })

let backend: RawBackend | undefined
afterEach(() => backend?.close())

/** Answers each request with its path when `go` is called, one at a time. */
async function steppedBackend(): Promise<{
  readonly target: UpstreamTarget
  readonly paths: string[]
  go(): Promise<void>
}> {
  const paths: string[] = []
  const pending: (() => void)[] = []
  backend = await rawBackend(connection => {
    connection.socket.on('data', (chunk: Buffer) => {
      const path = chunk.toString().split(' ')[1] ?? ''
      paths.push(path)
      pending.push(() => connection.send(answer(path)))
    })
  })
  return {
    target: { key: 'a', address: '127.0.0.1', port: backend.port },
    paths,
    go: async () => {
      await until(() => pending.length > 0)
      pending.shift()?.()
    },
  }
}

describe('UpstreamPool with a maximum of connections', () => {
  it('lets requests wait in order, and gives them the connection that becomes free', async () => {
    const { target, paths, go } = await steppedBackend()
    const { pool, request } = testPool({ maxConnections: 1 })
    const requests = ['/1', '/2', '/3'].map(path => request(target, toPath(path)))
    for (const one of requests) {
      await go()
      await one.told('ended')
    }
    expect(paths).toEqual(['/1', '/2', '/3'])
    expect(requests.map(({ body }) => body)).toEqual(['/1', '/2', '/3'])
    expect([backend?.connections.length, pool.openCount]).toEqual([1, 1])
  })

  it('refuses a request when the line is full, and only then', async () => {
    const { target, go } = await steppedBackend()
    const { request } = testPool({ maxConnections: 1, maxWaiting: 1 })
    const requests = ['/1', '/2', '/3'].map(path => request(target, toPath(path)))
    expect(requests.map(({ events }) => events)).toEqual([[], [], ['failed pool-full']])
    await go()
    await requests[1]?.told('connected')
    const next = request(target, toPath('/4'))
    expect(next.events).toEqual([])
    await go()
    await go()
    await next.told('ended')
    expect(next.body).toBe('/4')
  })

  it('limits each endpoint by itself', async () => {
    const { target, go } = await steppedBackend()
    const { request } = testPool({ maxConnections: 1, maxWaiting: 0 })
    const requests = [request(target), request({ ...target, key: 'b' })]
    await go()
    await go()
    for (const one of requests) await one.told('ended')
    expect(requests.map(({ wasReused }) => wasReused)).toEqual([false, false])
  })

  it('tells one that waited for too long', async () => {
    const { target, paths, go } = await steppedBackend()
    const { request, pass, passAlmost } = testPool({ maxConnections: 1 })
    const first = request(target, toPath('/1'))
    await first.told('connected')
    const second = request(target, toPath('/2'))
    passAlmost(connectMs)
    expect(second.events).toEqual([])
    pass(1)
    expect(second.events).toEqual(['failed connect-timeout'])
    const third = request(target, toPath('/3'))
    await go()
    await go()
    await third.told('ended')
    expect(paths).toEqual(['/1', '/3'])
  })

  it('passes over one that left the line', async () => {
    const { target, paths, go } = await steppedBackend()
    const { request } = testPool({ maxConnections: 1 })
    const [, second, third] = ['/1', '/2', '/3'].map(path => request(target, toPath(path)))
    second?.search?.destroy()
    await go()
    await go()
    await third?.told('ended')
    expect([paths, second?.events]).toEqual([['/1', '/3'], []])
  })

  it('tells nothing to one that leaves the line in the moment in which it would be served', async () => {
    const { target, go } = await steppedBackend()
    const { request } = testPool({ maxConnections: 1 })
    const second = toPath('/2')
    const first = new PooledRequest({
      on: (one, event) => {
        if (event !== 'ended') return
        one.connection?.release()
        second.search?.destroy()
      },
    })
    request(target, first)
    request(target, second)
    await go()
    await first.told('ended')
    expect(second.events).toEqual([])
    const third = request(target, toPath('/3'))
    await go()
    await third.told('ended')
    expect([second.events, third.body]).toEqual([[], '/3'])
  })

  it('tells nothing to one that leaves while its own connection is being made', async () => {
    const { target, paths } = await steppedBackend()
    const { request } = testPool({ maxConnections: 1 })
    const second = toPath('/2')
    // The pool has begun to connect for the second when the first is told.
    const first = new PooledRequest({ on: (_, event) => event === 'failed reset' && second.search?.destroy() })
    request(target, first)
    request(target, second)
    await until(() => paths.length === 1)
    backend?.connections[0]?.reset()
    await first.told('failed reset')
    const third = request(target, toPath('/3'))
    await until(() => paths.length === 2)
    expect([second.events, paths, third.events]).toEqual([[], ['/', '/3'], ['connected']])
  })

  it('makes a new connection for one in line when the present one dies', async () => {
    const { target, go } = await steppedBackend()
    const { pool, request } = testPool({ maxConnections: 1 })
    const first = request(target, toPath('/1'))
    const second = request(target, toPath('/2'))
    await first.told('connected')
    await until(() => backend?.connections[0]?.received() !== '')
    backend?.connections[0]?.reset()
    await first.told('failed reset')
    await go()
    await go()
    await second.told('ended')
    expect([second.body, second.wasReused, pool.openCount]).toEqual(['/2', false, 1])
  })

  it('makes a new connection for one in line when the present one cannot be kept', async () => {
    const { target, go } = await steppedBackend()
    const { request } = testPool({ maxConnections: 1, maxIdle: 0 })
    const first = new PooledRequest({ on: (one, event) => event === 'head 200' && one.connection?.destroy() })
    request(target, first)
    const second = request(target, toPath('/2'))
    await go()
    await go()
    await second.told('ended')
    expect([second.body, first.events]).toEqual(['/2', ['connected', 'head 200']])
  })

  it('makes room for `connect` when all its connections are idle', async () => {
    const { target, go } = await steppedBackend()
    const { pool, request } = testPool({ maxConnections: 1 })
    const first = request(target, toPath('/1'))
    await go()
    await first.told('ended')
    const second = toPath('/2')
    pool.connect(target, second, connectMs)
    await go()
    await second.told('ended')
    expect([second.body, second.wasReused]).toEqual(['/2', false])
  })
})
