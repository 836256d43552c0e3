/** Whatever clients and backends send, in any order and cut anywhere: every request is reported and the next client is served. */

import { array, asyncProperty, assert, boolean, constantFrom, record, subarray, type Arbitrary } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fixture, forwardTo, get, portsInOrder, responses, type DataPlaneFactory } from './fixture.ts'

const fromClient = constantFrom(
  'GET / HTTP/1.1\r\n',
  'DELETE /x HTTP/1.1\r\n',
  'HEAD /\\[ HTTP/1.1\r\n',
  'GET http://[ HTTP/1.1\r\n',
  'GET / HTTP/1.0\r\n',
  'CONNECT a:1 HTTP/1.1\r\n',
  'Host: a\r\n',
  'Content-Length: 5\r\n',
  'Transfer-Encoding: chunked\r\n',
  'Expect: 100-continue\r\n',
  'TE: trailers\r\n',
  'Connection: close\r\n',
  'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n',
  '\r\n',
  'hello',
  '5\r\nhello\r\n',
  '0\r\n\r\n',
  '__proto__: x\r\n',
  'X: \xff\r\n',
  '\0',
  get('/'),
  get('/', 'Upgrade: h2c', 'Connection: Upgrade'),
)
const fromBackend = constantFrom(
  'HTTP/1.1 200 OK\r\n',
  'HTTP/1.1 099 x\r\n',
  'HTTP/1.1 101 x\r\n',
  'HTTP/1.1 204 x\r\n',
  'HTTP/1.0 200 OK\r\n',
  'HTTP/1.1 103 x\r\n\r\n',
  'HTTP/1.1 999 \xff\r\n',
  'Content-Length: 5\r\n',
  'Transfer-Encoding: chunked\r\n',
  'Trailer: X\r\n',
  'Connection: close\r\n',
  'Connection: Upgrade\r\nUpgrade: websocket\r\n',
  'Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n',
  '\r\n',
  'hello',
  '5\r\nhello\r\n',
  '0\r\n\r\n',
  '0\r\nX: 1\r\n\r\n',
  '__proto__: 1\r\n',
  'zz',
  '\0',
)
const side = (fragment: Arbitrary<string>): Arbitrary<{ fragments: string[]; resets: boolean }> =>
  record({ fragments: array(fragment, { maxLength: 12 }), resets: boolean() })

export function hostileBytesContract(factory: DataPlaneFactory): void {
  describe('hostile bytes', () => {
    const { open, echo, raw } = fixture(factory)

    it('never end the process, lose a record or disturb the next client', async () => {
      const good = await echo('good')
      let answer: { readonly fragments: readonly string[]; readonly resets: boolean } = { fragments: [], resets: false }
      const bad = await raw(connection => {
        void connection.until('\r\n\r\n').then(
          () => {
            for (const fragment of answer.fragments) connection.send(fragment)
            if (answer.resets) connection.reset()
            else connection.end()
          },
          () => {},
        )
      })
      const upstream = portsInOrder(bad.port)
      const { client, plane } = await open({
        route: head => forwardTo(head.path === '/good' ? portsInOrder(good.port) : upstream),
        limits: { headersTimeoutMs: 1000 },
      })
      await assert(
        asyncProperty(
          side(fromClient),
          side(fromBackend),
          subarray([get('/'), get('/ws', 'Host: b')]),
          async (sent, answered, first) => {
            answer = answered
            const hostile = await client()
            for (const fragment of [...first, ...sent.fragments]) hostile.send(fragment)
            if (sent.resets) hostile.reset()
            else hostile.end()
            await hostile.closed
            const next = await client()
            next.send(get('/good'))
            await next.until(responses(1))
            next.end()
            await next.closed
          },
        ),
        { numRuns: 150 },
      )
      expect(await plane.drain({ delayMs: 0, timeoutMs: 10_000 })).toEqual({ cut: 0 })
      expect(plane.load()).toEqual({ connections: 0, requests: 0 })
      const calls = (word: string): number => upstream.calls.filter(call => call.startsWith(word)).length
      expect(calls('finished')).toBe(calls('started'))
      expect(calls('connected')).toBeLessThanOrEqual(calls('started'))
    })
  })
}
