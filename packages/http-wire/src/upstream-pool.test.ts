import { createServer, type AddressInfo } from 'node:net'
import { rawBackend, type RawBackend } from '@ingresskit/testkit'
import { afterEach, describe, expect, it } from 'vitest'
import { connectMs, PooledRequest, testPool } from '../test/support/pooled-requests.ts'
import { until } from '../test/support/until.ts'
import type { UpstreamTarget } from './upstream-host.ts'

const idleMs = 50_000
const answer = (text: string): string => `HTTP/1.1 200 OK\r\nContent-Length: ${text.length}\r\n\r\n${text}`

const backends: RawBackend[] = []
afterEach(async () => {
  for (const backend of backends.splice(0)) await backend.close()
})

/** Answers nothing by itself. */
async function silentBackend(): Promise<{ readonly backend: RawBackend; readonly target: UpstreamTarget }> {
  const backend = await rawBackend(() => {})
  backends.push(backend)
  return { backend, target: { key: 'a', address: '127.0.0.1', port: backend.port } }
}

/** Answers each request with the number of its connection. */
async function countingBackend(): Promise<{ readonly backend: RawBackend; readonly target: UpstreamTarget }> {
  const backend = await rawBackend((connection, index) => {
    connection.socket.on('data', () => connection.send(answer(String(index))))
  })
  backends.push(backend)
  return { backend, target: { key: 'a', address: '127.0.0.1', port: backend.port } }
}

describe('UpstreamPool', () => {
  it('uses the connection first that was released last', async () => {
    const { backend, target } = await silentBackend()
    const { request } = testPool()
    const requests = [request(target), request(target), request(target)] as const
    await until(() => backend.connections.length === 3)
    for (const one of requests) await one.told('connected')
    // The order in which they are released is that in which the answers come.
    const ports = new Map(backend.connections.map(connection => [connection.socket.remotePort, connection]))
    await until(() => backend.connections.every(connection => connection.received() !== ''))
    expect(ports.size).toBe(3)
    const released: PooledRequest[] = []
    for (const connection of backend.connections) {
      connection.send(answer(''))
      await until(() => requests.some(one => one.events.includes('ended') && !released.includes(one)))
      released.push(...requests.filter(one => one.events.includes('ended') && !released.includes(one)))
    }
    const again = [request(target), request(target), request(target)]
    expect(again.map(one => one.connection)).toEqual(released.toReversed().map(one => one.connection))
  })

  it('keeps one connection for requests one after another, and counts it', async () => {
    const { backend, target } = await countingBackend()
    const { pool, request } = testPool()
    for (let round = 0; round < 3; round++) {
      const one = request(target)
      await one.told('ended')
      expect([one.body, one.wasReused]).toEqual(['0', round > 0])
    }
    expect([backend.connections.length, pool.openCount]).toEqual([1, 1])
  })

  it('keeps connections of other endpoints apart', async () => {
    const { backend, target } = await countingBackend()
    const { request } = testPool()
    await request(target).told('ended')
    const other = request({ ...target, key: 'b' })
    await other.told('ended')
    expect([other.body, backend.connections.length]).toEqual(['1', 2])
  })

  it('never takes an idle one for `connect`', async () => {
    const { backend, target } = await countingBackend()
    const { pool, request } = testPool()
    await request(target).told('ended')
    const other = new PooledRequest()
    pool.connect(target, other, connectMs)
    await other.told('ended')
    expect([other.body, backend.connections.length]).toEqual(['1', 2])
  })

  it('closes a connection that was idle for its time', async () => {
    const { backend, target } = await countingBackend()
    const { pool, request, pass, passAlmost } = testPool()
    await request(target).told('ended')
    passAlmost(idleMs)
    expect(pool.openCount).toBe(1)
    pass(1)
    await until(() => pool.openCount === 0)
    await (
      await backend.connection(0)
    ).closed
  })

  it('closes an idle connection a second before the backend said that it would', async () => {
    const { backend, target } = await silentBackend()
    const { pool, request, pass, passAlmost } = testPool()
    const one = request(target)
    const connection = await backend.connection(0)
    await connection.until('\r\n\r\n')
    connection.send('HTTP/1.1 200 OK\r\nKeep-Alive: max=9, timeout=5\r\nContent-Length: 0\r\n\r\n')
    await one.told('ended')
    passAlmost(4000)
    expect(pool.openCount).toBe(1)
    pass(1)
    await until(() => pool.openCount === 0)
  })

  it('keeps no more idle connections than `maxIdle`', async () => {
    const { target } = await countingBackend()
    const { pool, request } = testPool({ maxIdle: 1 })
    const requests = [request(target), request(target), request(target)]
    for (const one of requests) await one.told('ended')
    await until(() => pool.openCount <= 1)
    expect(requests.filter(one => one.connection?.isOpen).length).toBe(1)
  })

  it('tells that nobody listens', async () => {
    const { backend, target } = await silentBackend()
    await backend.close()
    const { pool, request } = testPool()
    const one = request(target)
    await one.told('failed connect-failed')
    expect([one.events, pool.openCount]).toEqual([['failed connect-failed'], 0])
  })

  it('tells that a connection does not stand in time', async () => {
    const { target } = await silentBackend()
    const { pool, request, pass, passAlmost } = testPool()
    // A handshake that is never answered.
    const one = request({ ...target, tls: { servername: 'a.test' } })
    passAlmost(connectMs)
    expect(one.events).toEqual([])
    pass(1)
    expect(one.events).toEqual(['failed connect-timeout'])
    await until(() => pool.openCount === 0)
    expect(one.events).toEqual(['failed connect-timeout'])
  })

  it('tells nothing any more once the search was ended', async () => {
    const { target } = await countingBackend()
    const { pool, request } = testPool()
    const one = request(target)
    one.search?.destroy()
    await until(() => pool.openCount === 0)
    expect(one.events).toEqual([])
  })

  it('closes idle connections to endpoints that are not retained, and others when their request ends', async () => {
    const { backend, target } = await silentBackend()
    const { pool, request } = testPool()
    const gone = { ...target, key: 'gone' }
    const requests = [request(target), request(gone), request({ ...target, key: 'busy' })] as const
    await until(() => backend.connections.length === 3 && backend.connections.every(one => one.received() !== ''))
    for (const connection of backend.connections) {
      connection.send('HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n')
    }
    for (const one of requests) await one.told('head 200')
    pool.retain(new Set(['a']))
    for (const connection of backend.connections) connection.send('x')
    for (const one of requests) await one.told('ended')
    await until(() => backend.connections.filter(one => one.socket.destroyed).length === 2)
    expect([requests[0].connection?.isOpen, pool.openCount]).toEqual([true, 1])
    pool.retain(new Set())
    await until(() => backend.connections.every(one => one.socket.destroyed))
    expect(pool.openCount).toBe(0)
  })

  it('keeps nothing after `close`', async () => {
    const { backend, target } = await countingBackend()
    const { pool, request } = testPool()
    await request(target).told('ended')
    pool.close()
    await (
      await backend.connection(0)
    ).closed
    const late = request(target)
    await late.told('ended')
    expect([late.body, late.connection?.isOpen]).toEqual(['1', false])
  })

  it('reaches a backend by IPv6', async context => {
    const server = createServer(socket => socket.on('data', () => socket.write(answer('six'))))
    const isListening = await new Promise<boolean>(resolve => {
      server.once('error', () => resolve(false))
      server.listen({ port: 0, host: '::1' }, () => resolve(true))
    })
    if (!isListening) return context.skip('this machine has no IPv6 loopback')
    const { pool, request } = testPool()
    const one = request({ key: 'six', address: '::1', port: (server.address() as AddressInfo).port })
    await one.told('ended')
    expect(one.body).toBe('six')
    pool.close()
    server.close()
  })
})
