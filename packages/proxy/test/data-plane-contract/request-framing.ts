/** Request bodies: framed towards the backend exactly as decided, byte for byte. */

import { describe, expect, it } from 'vitest'
import {
  fixture,
  forwardTo,
  get,
  parseResponse,
  portsInOrder,
  request,
  responses,
  type DataPlaneFactory,
} from './fixture.ts'

const ok = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'
const chunkedBody = '5\r\nhello\r\n0\r\n\r\n'

export function requestFramingContract(factory: DataPlaneFactory): void {
  describe('request framing', () => {
    const { open, echo, raw } = fixture(factory)

    // http-proxy-3 2.0.1 alone sends "Content-Length: 0" and then the body: CVE-2026-29057, node-http-proxy #1720.
    it.each(['DELETE', 'OPTIONS', 'GET', 'HEAD', 'POST', 'PROPFIND'])(
      'keeps the chunked body of %s chunked',
      async method => {
        const smuggled = 'GET /admin HTTP/1.1\r\nHost: site.test\r\n\r\n'
        const backend = await raw(connection => {
          void connection.until('0\r\n\r\n').then(() => connection.send('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'))
        })
        const { client } = await open({ route: () => forwardTo(portsInOrder(backend.port)) })
        const connection = await client()
        connection.send(
          request(
            method,
            '/',
            ['Transfer-Encoding: chunked'],
            `${smuggled.length.toString(16)}\r\n${smuggled}\r\n0\r\n\r\n`,
          ),
        )
        await connection.until('\r\n\r\n')
        const { head, body } = parseResponse(backend.connections[0]?.received() ?? '')
        expect(head).toMatch(new RegExp(`^${method} / HTTP/1.1\r\n`))
        expect(head).toMatch(/\r\nTransfer-Encoding: chunked(\r\n|$)/)
        expect(head).not.toMatch(/content-length/i)
        expect(body).toBe(`${smuggled.length.toString(16)}\r\n${smuggled}\r\n0\r\n\r\n`)
      },
    )

    it.each(['DELETE', 'OPTIONS', 'GET'])('keeps the length of a %s body', async method => {
      const backend = await echo('a')
      const { client } = await open({ route: () => forwardTo(portsInOrder(backend.port)) })
      const connection = await client()
      connection.send(request(method, '/', ['Content-Length: 5'], 'hello') + get('/next'))
      await connection.until(responses(2))
      expect(backend.requests.map(({ url, body }) => [url, body])).toEqual([
        ['/', 'hello'],
        ['/next', ''],
      ])
    })

    it('gives a request without body no framing, and POST a length of 0', async () => {
      const backend = await echo('a')
      const { client } = await open({ route: () => forwardTo(portsInOrder(backend.port)) })
      const connection = await client()
      connection.send(get('/') + request('POST', '/', []) + request('DELETE', '/', []))
      await connection.until(responses(3))
      expect(backend.requests.map(({ headers }) => [headers['content-length'], headers['transfer-encoding']])).toEqual([
        [undefined, undefined],
        ['0', undefined],
        [undefined, undefined],
      ])
    })

    it('drops chunk extensions and request trailers', async () => {
      const backend = await raw(connection => {
        void connection.until('0\r\n\r\n').then(() => connection.send(ok))
      })
      const { client } = await open({ route: () => forwardTo(portsInOrder(backend.port)) })
      const connection = await client()
      connection.send(request('POST', '/', ['Transfer-Encoding: chunked'], '5;x=y\r\nhello\r\n0\r\nX-Late: 1\r\n\r\n'))
      await connection.until('ok')
      const { body } = parseResponse(backend.connections[0]?.received() ?? '')
      expect(body).toBe(chunkedBody)
    })

    it('refuses a body that turns out malformed: 400, and the backend connection is cut', async () => {
      const backend = await raw(() => {})
      const { client, record } = await open({ route: () => forwardTo(portsInOrder(backend.port)) })
      const connection = await client()
      connection.send(request('POST', '/', ['Transfer-Encoding: chunked'], '5\r\nhello\r\n'))
      const upstream = await backend.connection(0)
      await upstream.until('hello')
      connection.send('zz\r\n')
      expect(parseResponse((await connection.closed).received).status).toBe(400)
      await upstream.closed
      expect(upstream.received()).not.toContain('0\r\n\r\n')
      expect(await record(0)).toMatchObject({ status: 400, reason: 'malformed-body' })
    })

    it('routes first and only then lets an Expect: 100-continue client send', async () => {
      const backend = await echo('a')
      const { client } = await open({
        route: head =>
          head.path === '/no'
            ? { kind: 'respond', status: 403, reason: 'denied' }
            : forwardTo(portsInOrder(backend.port)),
      })
      const denied = await client()
      denied.send(request('POST', '/no', ['Expect: 100-continue', 'Content-Length: 5']))
      const { received } = await denied.closed
      expect(received).toMatch(/^HTTP\/1\.1 403 /)
      const allowed = await client()
      allowed.send(request('POST', '/yes', ['Expect: 100-continue', 'Content-Length: 5', 'X-Kept: 1']))
      await allowed.until('HTTP/1.1 100 Continue\r\n\r\n')
      allowed.send('hello')
      await allowed.until('HTTP/1.1 200 OK')
      await allowed.until('"body":"hello"')
      const [seen] = backend.requests
      expect(seen?.headers).toMatchObject({ 'x-kept': '1', 'x-forwarded-for': '127.0.0.1' })
      expect(seen?.headers).not.toHaveProperty('expect')
    })

    it('does not invite a body when there is no endpoint for it', async () => {
      const { client } = await open({ route: () => forwardTo(portsInOrder()) })
      const connection = await client()
      connection.send(request('POST', '/', ['Expect: 100-continue', 'Content-Length: 5']))
      expect((await connection.closed).received).toMatch(/^HTTP\/1\.1 503 /)
    })

    it('gives up a client that falls silent in the middle of a body', async () => {
      const backend = await raw(() => {})
      const { client, record } = await open({
        route: () => forwardTo(portsInOrder(backend.port)),
        limits: { bodyIdleTimeoutMs: 50 },
      })
      const connection = await client()
      connection.send(request('POST', '/', ['Content-Length: 10'], 'hello'))
      expect((await connection.until('HTTP/1.1 ')).startsWith('HTTP/1.1 408 ')).toBe(true)
      await (
        await backend.connection(0)
      ).closed
      expect(await record(0)).toMatchObject({ status: 408, reason: 'body-idle' })
    })

    it('does not use a backend connection again whose request was not fully sent when the answer ended', async () => {
      const backend = await raw((connection, index) => {
        void connection
          .until('\r\n\r\n')
          .then(() => connection.send(index === 0 ? 'HTTP/1.1 413 Too Big\r\nContent-Length: 2\r\n\r\nno' : ok))
      })
      const { client } = await open({ route: () => forwardTo(portsInOrder(backend.port)) })
      const early = await client()
      early.send(request('POST', '/early', ['Content-Length: 100000'], 'partial'))
      const text = await early.until('no')
      expect(text).toMatch(/^HTTP\/1\.1 413 Too Big\r\n/)
      expect(text).toMatch(/Connection: close/)
      await (
        await backend.connection(0)
      ).closed
      const next = await client()
      next.send(get('/next'))
      await next.until('ok')
      expect(backend.connections).toHaveLength(2)
    })
  })
}
