import { rawBackend, type RawBackend, type RawConnection } from '@ingresskit/testkit'
import { afterEach, describe, expect, it } from 'vitest'
import { PooledRequest, releaseAtEnd, silenceMs, testPool } from '../test/support/pooled-requests.ts'
import { until } from '../test/support/until.ts'
import type { UpstreamTarget } from './upstream-host.ts'

const ok = (fields: string, body = ''): string => `HTTP/1.1 200 OK\r\n${fields}\r\n${body}`
const empty = ok('Content-Length: 0\r\n')

let backend: RawBackend | undefined
afterEach(() => backend?.close())

/** Sends the first answer on its first connection and the second on every later request. */
async function scripted(first: string, then?: (connection: RawConnection) => void): Promise<UpstreamTarget> {
  let count = 0
  backend = await rawBackend(connection => {
    connection.socket.on('data', () => {
      if (count++ > 0) return connection.send(ok('Content-Length: 4\r\n', 'next'))
      connection.send(first)
      then?.(connection)
    })
  })
  return { key: 'a', address: '127.0.0.1', port: backend.port }
}

describe('an upstream connection', () => {
  it.each([
    ['by length', ok('Content-Length: 3\r\n', 'abc'), 'abc'],
    ['of no octets', empty, ''],
    ['by chunks', ok('Transfer-Encoding: chunked\r\n', '1;a=b\r\na\r\n2\r\nbc\r\n0\r\nX: y\r\n\r\n'), 'abc'],
    ['of status 204', 'HTTP/1.1 204 No Content\r\n\r\n', ''],
    ['of status 304 with a length', 'HTTP/1.1 304 x\r\nContent-Length: 5\r\n\r\n', ''],
    ['of HTTP/1.0 that is kept', 'HTTP/1.0 200 OK\r\nConnection: Keep-Alive\r\nContent-Length: 1\r\n\r\na', 'a'],
  ])('is used again after an answer %s', async (_, text, body) => {
    const { request } = testPool()
    const target = await scripted(text)
    const first = request(target)
    await first.told('ended')
    const second = request(target)
    await second.told('ended')
    expect([first.body, second.body, second.wasReused]).toEqual([body, 'next', true])
  })

  it('reads an answer that comes octet by octet, and its trailers', async () => {
    const text = ok('Transfer-Encoding: chunked\r\n', '3\r\nabc\r\n0\r\nX: y\r\n\r\n')
    const target = await scripted('')
    const { request } = testPool()
    const one = request(target)
    const connection = await backend?.connection(0)
    await connection?.until('\r\n\r\n')
    for (const [index, octet] of text.split('').entries()) {
      connection?.send(octet)
      await until(() => connection?.socket.bytesWritten === index + 1 && connection.socket.writableLength === 0)
    }
    await one.told('ended')
    expect([one.body, one.trailers?.flat, one.events]).toEqual(['abc', ['X', 'y'], ['connected', 'head 200', 'ended']])
  })

  it('knows the answer to HEAD from its head alone', async () => {
    const { request } = testPool()
    const target = await scripted(ok('Content-Length: 500\r\n'))
    await request(target, new PooledRequest({ method: 'HEAD' })).told('ended')
    const second = request(target)
    await second.told('ended')
    expect([second.body, second.wasReused]).toEqual(['next', true])
  })

  it.each([
    ['that says close', ok('Connection: close\r\nContent-Length: 0\r\n')],
    ['that says close among others', ok('Connection: x, Close\r\nContent-Length: 0\r\n')],
    ['that says keep-alive and close', ok('Connection: keep-alive\r\nConnection: close\r\nContent-Length: 0\r\n')],
    ['of HTTP/1.0', 'HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n'],
    ['with octets after it', `${empty}HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\npoison`],
    ['with one octet after it', `${empty}\n`],
    ['with octets after a chunked body', `${ok('Transfer-Encoding: chunked\r\n', '0\r\n\r\n')}x`],
    ['with a body that must have none (204)', 'HTTP/1.1 204 x\r\nContent-Length: 1\r\n\r\na'],
  ])('is not used again after an answer %s', async (_, text) => {
    const { request } = testPool()
    const target = await scripted(text)
    const first = request(target)
    await first.told('ended')
    expect(first.connection?.isOpen).toBe(false)
    const second = request(target)
    await second.told('ended')
    expect([second.body, second.wasReused]).toEqual(['next', false])
  })

  it('is not used again when the request was not sent to its end', async () => {
    const { pool } = testPool()
    const target = await scripted(empty)
    const events: string[] = []
    let isOpen: boolean | undefined
    const one = new PooledRequest({ on: (_, event) => events.push(event) })
    one.upstreamConnected = connection => {
      connection.start(one, { method: 'POST', silenceMs })
      connection.writeText('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nabc')
      one.answerEnded = () => {
        connection.release()
        isOpen = connection.isOpen
        events.push('ended')
      }
    }
    pool.acquire(target, one, 5000)
    await until(() => events.includes('ended'))
    expect(isOpen).toBe(false)
  })

  it('is given up when octets come while it is idle', async () => {
    const { pool, request } = testPool()
    const target = await scripted(empty)
    await request(target).told('ended')
    backend?.connections[0]?.send(`HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\npoison`)
    await until(() => pool.openCount === 0)
    const second = request(target)
    await second.told('ended')
    expect([second.body, second.wasReused]).toEqual(['next', false])
  })

  it('is given up when the backend closes it while it is idle', async () => {
    const { pool, request } = testPool()
    const one = request(await scripted(empty))
    await one.told('ended')
    backend?.connections[0]?.end()
    await until(() => pool.openCount === 0)
    expect(one.events).toEqual(['connected', 'head 200', 'ended'])
  })

  it.each([
    ['before its head', ''],
    ['in its head', 'HTTP/1.1 200 OK\r\nA: '],
    ['in a body by length', ok('Content-Length: 5\r\n', 'abc')],
    ['in a chunk', ok('Transfer-Encoding: chunked\r\n', '5\r\nabc')],
    ['before the last chunk', ok('Transfer-Encoding: chunked\r\n', '3\r\nabc\r\n')],
    ['before the end of its trailers', ok('Transfer-Encoding: chunked\r\n', '0\r\nA: b\r\n')],
    ['after an interim one', 'HTTP/1.1 100 Continue\r\n\r\n'],
  ])('tells of an answer that FIN cuts short %s', async (_, text) => {
    const { request } = testPool()
    const one = request(await scripted(text, connection => connection.end()))
    await one.told('failed reset')
    expect(one.events).not.toContain('ended')
  })

  it('tells of an answer without a length that a reset cuts short', async () => {
    const { request } = testPool()
    const one = request(await scripted(ok('', 'abc')))
    await until(() => one.body === 'abc')
    backend?.connections[0]?.reset()
    await one.told('failed reset')
    expect(one.events).toEqual(['connected', 'head 200', 'failed reset'])
  })

  it('reads an answer without a length until FIN, and is not used again', async () => {
    const { pool, request } = testPool()
    const one = request(await scripted(ok('', 'abc'), connection => connection.end()))
    await one.told('ended')
    await until(() => pool.openCount === 0)
    expect([one.body, one.events]).toEqual(['abc', ['connected', 'head 200', 'ended']])
  })

  it.each([
    ['a bad status line', 'HTTP/2 200\r\n\r\n'],
    ['both framings', ok('Content-Length: 1\r\nTransfer-Encoding: chunked\r\n')],
    ['a bad chunk', ok('Transfer-Encoding: chunked\r\n', 'x\r\n')],
    ['a head beyond its bound', ok(`A: ${'b'.repeat(17_000)}\r\n`)],
    ['more fields than its bound', ok('A: b\r\n'.repeat(257))],
  ])('tells of %s, and closes', async (_, text) => {
    const { pool, request } = testPool()
    const one = request(await scripted(text))
    await one.told('failed malformed')
    await until(() => pool.openCount === 0)
    expect(one.events.at(-1)).toBe('failed malformed')
  })

  it('tells of interim answers before the final one', async () => {
    const { request } = testPool()
    const text = `HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n${empty}`
    const one = request(await scripted(text))
    await one.told('ended')
    expect(one.events).toEqual(['connected', 'interim 100', 'interim 103', 'head 200', 'ended'])
  })

  it('tells of a backend that is silent, counted from its last octets', async () => {
    const { request, pass, passAlmost } = testPool()
    const one = request(await scripted(ok('Content-Length: 2\r\n')))
    await one.told('head 200')
    passAlmost(silenceMs)
    backend?.connections[0]?.send('a')
    await until(() => one.body === 'a')
    passAlmost(silenceMs)
    expect(one.events).not.toContain('failed silent')
    pass(1)
    expect(one.events.at(-1)).toBe('failed silent')
  })

  it('takes a backend that sends interim answers without end for silent', async () => {
    const { request, pass } = testPool()
    const one = request(await scripted(''))
    const connection = await backend?.connection(0)
    await connection?.until('\r\n\r\n')
    let interims = 0
    while (one.events.at(-1) !== 'failed silent' && interims < 40) {
      interims++
      connection?.send('HTTP/1.1 102 x\r\n\r\n')
      await until(() => one.events.filter(event => event === 'interim 102').length === interims)
      pass(silenceMs / 3)
    }
    expect(one.events.at(-1)).toBe('failed silent')
    expect(interims).toBeLessThan(30)
  })

  it('becomes the handler’s own after a 101, with the octets that came with it', async () => {
    const { request } = testPool()
    let isUpgraded = false
    const one = new PooledRequest({
      on: (self, event) => {
        if (event !== 'switched') return releaseAtEnd(self, event)
        self.connection?.upgrade(self)
        isUpgraded = true
      },
    })
    request(await scripted('HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\nHTTP/1.1 early'), one)
    await until(() => one.body === 'HTTP/1.1 early')
    const connection = await backend?.connection(0)
    one.connection?.writeText('to the backend')
    await connection?.until('to the backend')
    expect([isUpgraded, one.events]).toEqual([true, ['connected', 'switched']])
    one.connection?.destroy()
  })

  it('stops reading while it is paused', async () => {
    const length = 24_000_000
    const { request } = testPool()
    const one = new PooledRequest({
      on: (self, event) => {
        if (event === 'body' && self.bodyBytes < 500_000) self.connection?.pause()
        releaseAtEnd(self, event)
      },
    })
    request(await scripted(ok(`Content-Length: ${length}\r\n`, 'x'.repeat(length))), one)
    await until(() => one.bodyBytes > 0)
    const taken = one.bodyBytes
    const other = testPool().request(
      await Promise.resolve({ key: 'b', address: '127.0.0.1', port: backend?.port ?? 0 }),
    )
    await other.told('ended')
    expect(one.bodyBytes).toBe(taken)
    while (!one.events.includes('ended')) {
      const { bodyBytes } = one
      one.connection?.resume()
      await until(() => one.bodyBytes > bodyBytes || one.events.includes('ended'))
    }
    expect(one.bodyBytes).toBe(length)
  })
})
