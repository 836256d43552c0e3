/** Requests that must never reach a backend, as exact bytes (RFC 9112; reliability.md §2.1 and §2.2). */

import { rawClient } from '@ingresskit/testkit'
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

const host = 'Host: site.test\r\n'

const refused: readonly (readonly [what: string, bytes: string, status: number])[] = [
  ['no Host', 'GET / HTTP/1.1\r\n\r\n', 400],
  ['no Host in HTTP/1.0', 'GET / HTTP/1.0\r\n\r\n', 400],
  ['two Host fields', `GET / HTTP/1.1\r\n${host}${host}\r\n`, 400],
  ['an empty Host', 'GET / HTTP/1.1\r\nHost:\r\n\r\n', 400],
  ['a Host with a slash', 'GET / HTTP/1.1\r\nHost: a/b\r\n\r\n', 400],
  ['a Host with a user', 'GET / HTTP/1.1\r\nHost: u@a\r\n\r\n', 400],
  ['a Host list', 'GET / HTTP/1.1\r\nHost: a,b\r\n\r\n', 400],
  ['a Host with a bad port', 'GET / HTTP/1.1\r\nHost: a:99999\r\n\r\n', 400],
  ['an absolute target for another host', `GET http://other.test/ HTTP/1.1\r\n${host}\r\n`, 400],
  ['an absolute target that is no URL', `GET http://[ HTTP/1.1\r\n${host}\r\n`, 400],
  ['a fragment in the target', `GET /a#b HTTP/1.1\r\n${host}\r\n`, 400],
  ['* with GET', `GET * HTTP/1.1\r\n${host}\r\n`, 400],
  ['a path the canonical form refuses', `GET /%00 HTTP/1.1\r\n${host}\r\n`, 400],
  ['HTTP/0.9', 'GET /\r\n\r\n', 505],
  ['HTTP/2.0 in a request line', `GET / HTTP/2.0\r\n${host}\r\n`, 505],
  ['TRACE', `TRACE / HTTP/1.1\r\n${host}\r\n`, 405],
  ['CONNECT', `CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\n`, 405],
  ['an unknown method', `FOOBAR / HTTP/1.1\r\n${host}\r\n`, 501],
  ['bytes that are no request', '\x16\x03\x01\x00', 400],
  [
    'Content-Length and Transfer-Encoding',
    `POST / HTTP/1.1\r\n${host}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
    400,
  ],
  [
    'Transfer-Encoding and Content-Length',
    `POST / HTTP/1.1\r\n${host}Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n`,
    400,
  ],
  ['two equal Content-Length fields', `POST / HTTP/1.1\r\n${host}Content-Length: 1\r\nContent-Length: 1\r\n\r\nx`, 400],
  ['a signed Content-Length', `POST / HTTP/1.1\r\n${host}Content-Length: +1\r\n\r\nx`, 400],
  [
    'Transfer-Encoding gzip, chunked',
    `POST / HTTP/1.1\r\n${host}Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n`,
    501,
  ],
  ['Transfer-Encoding xchunked', `POST / HTTP/1.1\r\n${host}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n`, 400],
  [
    'Transfer-Encoding chunked, identity',
    `POST / HTTP/1.1\r\n${host}Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n`,
    400,
  ],
  [
    'repeated Transfer-Encoding',
    `POST / HTTP/1.1\r\n${host}Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
    400,
  ],
  ['Transfer-Encoding in HTTP/1.0', `POST / HTTP/1.0\r\n${host}Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n`, 400],
  ['a folded field', `GET / HTTP/1.1\r\n${host}X: a\r\n b\r\n\r\n`, 400],
  ['a space before the colon', `GET / HTTP/1.1\r\n${host}X : a\r\n\r\n`, 400],
  ['two Authorization fields', `GET / HTTP/1.1\r\n${host}Authorization: a\r\nAuthorization: b\r\n\r\n`, 400],
  [
    'an expectation that is not 100-continue',
    `POST / HTTP/1.1\r\n${host}Expect: magic\r\nContent-Length: 1\r\n\r\n`,
    417,
  ],
  [
    'one expectation too many',
    `POST / HTTP/1.1\r\n${host}Expect: magic, 100-continue\r\nContent-Length: 1\r\n\r\n`,
    417,
  ],
  ['101 header fields', `GET / HTTP/1.1\r\n${host}${'X: 1\r\n'.repeat(100)}\r\n`, 431],
  ['a header section over 16 KiB', `GET / HTTP/1.1\r\n${host}X: ${'a'.repeat(17_000)}\r\n\r\n`, 431],
]

export function refusalsContract(factory: DataPlaneFactory): void {
  describe('refusals', () => {
    const { open, echo, raw } = fixture(factory)

    it.each(refused)('refuses %s without a word to the backend, and closes', async (_what, bytes, status) => {
      const backend = await raw(() => {})
      const { client } = await open({ route: () => forwardTo(portsInOrder(backend.port)) })
      const connection = await client()
      connection.send(bytes)
      const { received } = await connection.closed
      expect(parseResponse(received).status).toBe(status)
      expect(received).toMatch(/\r\nConnection: close\r\n/)
      expect(received).toMatch(/\r\nX-Request-ID: made-id\r\n/)
      expect(backend.connections).toHaveLength(0)
    })

    it('lets a client read the refusal of a head that is much too long while it is still sending', async () => {
      const { client } = await open({ route: () => ({ kind: 'respond', status: 200, reason: 'ok' }) })
      const connection = await client()
      connection.send(`GET / HTTP/1.1\r\n${host}X: ${'a'.repeat(1_000_000)}\r\n\r\n`)
      const { received, wasReset } = await connection.closed
      expect(parseResponse(received).status).toBe(431)
      expect(wasReset).toBe(false)
    })

    it('never repeats text of the client in a refusal', async () => {
      const { client } = await open({ route: () => ({ kind: 'respond', status: 404, reason: 'none' }) })
      const connection = await client()
      connection.send(get('/<script>marker</script>', 'X-Request-ID: <b>marker</b>', 'Accept: marker/marker'))
      const { body } = parseResponse(await connection.until(responses(1)))
      expect(body).not.toContain('marker')
    })

    it('answers OPTIONS * itself', async () => {
      const { client, record } = await open({ route: () => forwardTo(portsInOrder(1)) })
      const connection = await client()
      connection.send(request('OPTIONS', '*', []))
      expect(await connection.until('\r\n\r\n')).toMatch(/^HTTP\/1\.1 204 [^]*\r\nAllow: GET/)
      expect(await record(0)).toMatchObject({ status: 204, reason: 'options-asterisk' })
    })

    it('answers what came before a malformed request on the same connection first', async () => {
      const backend = await echo('a')
      const { client } = await open({ route: () => forwardTo(portsInOrder(backend.port)) })
      const connection = await client()
      connection.send(`${get('/first')}GARBAGE\r\n\r\n`)
      const { received } = await connection.closed
      expect(received).toMatch(/^HTTP\/1\.1 200 [^]*\/first[^]*HTTP\/1\.1 (400|501) /)
      expect(backend.requests).toHaveLength(1)
    })

    // node:http gives the connection away with an answer still due on it; using it then throws out of its parser.
    it.each(['CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\n', 'FOO / HTTP/1.1\r\n\r\n'])(
      'survives %j in line behind another request',
      async second => {
        const { client, record } = await open({ route: () => ({ kind: 'respond', status: 200, reason: 'ok' }) })
        for (const first of [get('/'), get('/', 'Connection: close'), get('/') + get('/')]) {
          const connection = await client()
          connection.send(first + second + get('/late'))
          await connection.closed
        }
        const connection = await client()
        connection.send(get('/'))
        await connection.until(responses(1))
        await record(3)
      },
    )

    it('answers 408 to a head that does not come, and closes', async () => {
      const { client } = await open({ route: () => forwardTo(portsInOrder(1)), limits: { headersTimeoutMs: 100 } })
      const connection = await client()
      connection.send('GET / HT')
      expect(parseResponse((await connection.closed).received).status).toBe(408)
    })

    it('closes an idle keep-alive connection', async () => {
      const { client } = await open({
        route: () => ({ kind: 'respond', status: 200, reason: 'ok' }),
        limits: { keepAliveTimeoutMs: 50 },
      })
      const connection = await client()
      connection.send(get('/'))
      await connection.until(responses(1))
      expect((await connection.closed).wasReset).toBe(false)
    })

    it('counts the connections of each listener by itself', async () => {
      const plane = factory({
        listeners: ['one', 'two'].map(name => ({ name, host: '127.0.0.1', port: 0 })),
        canonicalPath: path => ({ kind: 'canonical', path, matchPath: path }),
        route: () => ({ kind: 'respond', status: 200, reason: 'ok' }),
        limits: { maxConnections: 1 },
      })
      const bound = await plane.listen()
      const clients = await Promise.all(bound.map(async ({ port }) => rawClient(port)))
      for (const client of clients) client.send(get('/'))
      await Promise.all(clients.map(async client => client.until(responses(1))))
      const oneTooMany = await rawClient(bound[0]?.port ?? 0)
      await oneTooMany.closed
      for (const { socket } of clients) socket.destroy()
      await plane.drain({ delayMs: 0, timeoutMs: 5000 })
    })

    it('turns away connections above the limit and serves the rest', async () => {
      const { client } = await open({
        route: () => ({ kind: 'respond', status: 200, reason: 'ok' }),
        limits: { maxConnections: 1 },
      })
      const first = await client()
      first.send(get('/'))
      await first.until(responses(1))
      const second = await client()
      await second.closed
      first.send(get('/'))
      await first.until(responses(2))
    })
  })
}
