/** What backends do wrong, and what the client sees then: never a hang, never half an answer that looks whole, never another client's bytes. */

import type { RawConnection } from '@ingresskit/testkit'
import { describe, expect, it } from 'vitest'
import { fixture, forwardTo, get, parseResponse, portsInOrder, request, type DataPlaneFactory } from './fixture.ts'

const ok = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'

const invalid: readonly (readonly [what: string, answer: string])[] = [
  ['status 099', 'HTTP/1.1 099 Odd\r\nContent-Length: 0\r\n\r\n'],
  [
    '101 that nobody asked for',
    'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n',
  ],
  [
    'Content-Length and Transfer-Encoding',
    'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
  ],
  ['two different lengths', 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nok'],
  ['a coding that is not served', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n'],
  ['a control byte in a field', 'HTTP/1.1 200 OK\r\nX: a\x01b\r\nContent-Length: 0\r\n\r\n'],
  ['a folded field', 'HTTP/1.1 200 OK\r\nX: a\r\n b\r\nContent-Length: 0\r\n\r\n'],
  ['a space before a colon', 'HTTP/1.1 200 OK\r\nX : a\r\nContent-Length: 0\r\n\r\n'],
  ['a head over 16 KiB', `HTTP/1.1 200 OK\r\nX: ${'a'.repeat(20_000)}\r\nContent-Length: 0\r\n\r\n`],
  ['bytes that are no answer', 'SSH-2.0-OpenSSH_9.2\r\n'],
]

const cutOff: readonly (readonly [what: string, head: string, end: (backend: RawConnection) => void])[] = [
  ['Content-Length not reached at FIN', 'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\npart', backend => backend.end()],
  [
    'Content-Length not reached at RST',
    'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\npart',
    backend => backend.reset(),
  ],
  [
    'no last chunk at FIN',
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\npart\r\n',
    backend => backend.end(),
  ],
  [
    'no last chunk at RST',
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\npart\r\n',
    backend => backend.reset(),
  ],
  [
    'a malformed chunk',
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\npart\r\n',
    backend => backend.send('zz\r\n'),
  ],
  ['a body up to the close, ended by RST', 'HTTP/1.1 200 OK\r\n\r\npart', backend => backend.reset()],
]

export function backendFailuresContract(factory: DataPlaneFactory): void {
  describe('backend failures', () => {
    const { open, raw } = fixture(factory)

    it.each(invalid)('answers 502 to %s and does not use the connection again', async (_what, answer) => {
      const backend = await raw(connection => {
        void connection.until('\r\n\r\n').then(() => connection.send(answer))
      })
      const upstream = portsInOrder(backend.port)
      const { client, record } = await open({ route: () => forwardTo(upstream) })
      const connection = await client()
      connection.send(get('/'))
      const text = await connection.until('502')
      expect(parseResponse(text).status).toBe(502)
      await (
        await backend.connection(0)
      ).closed
      expect(backend.connections).toHaveLength(1)
      expect(await record(0)).toMatchObject({
        status: 502,
        reason: 'invalid-response',
        attempts: [{ outcome: 'invalid-response' }],
      })
      expect(upstream.calls).toHaveLength(3)
    })

    it.each(cutOff)('cuts the client off at %s', async (_what, head, end) => {
      const backend = await raw(connection => {
        void connection.until('\r\n\r\n').then(() => connection.send(head))
      })
      const { client, record } = await open({ route: () => forwardTo(portsInOrder(backend.port)) })
      const connection = await client()
      connection.send(get('/'))
      await connection.until('part')
      end(await backend.connection(0))
      const { received } = await connection.closed
      expect(received).toMatch(/^HTTP\/1\.1 200 /)
      expect(received).not.toContain('\r\n0\r\n')
      expect(await record(0)).toMatchObject({ status: 200, reason: expect.stringMatching(/^upstream-/) })
    })

    it('resets an HTTP/1.0 client, to whom the end of the connection would mean the end of the body', async () => {
      const backend = await raw(connection => {
        void connection
          .until('\r\n\r\n')
          .then(() => connection.send('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\npart\r\n'))
      })
      const { client } = await open({ route: () => forwardTo(portsInOrder(backend.port)) })
      const connection = await client()
      connection.send('GET / HTTP/1.0\r\nHost: site.test\r\n\r\n')
      await connection.until('part')
      ;(await backend.connection(0)).reset()
      expect((await connection.closed).wasReset).toBe(true)
    })

    it('answers 504 when no head comes, once, and cuts the backend connection', async () => {
      const backend = await raw(() => {})
      const { client, record } = await open({
        route: () => forwardTo(portsInOrder(backend.port), { timeouts: { connectMs: 1000, readMs: 50 } }),
      })
      const connection = await client()
      connection.send(get('/'))
      expect(parseResponse(await connection.until('504')).status).toBe(504)
      await (
        await backend.connection(0)
      ).closed
      expect(backend.connections).toHaveLength(1)
      expect(await record(0)).toMatchObject({ status: 504, reason: 'read-timeout' })
    })

    it('answers 504 when interim answers are all that comes', async () => {
      const backend = await raw(connection => {
        void connection.until('\r\n\r\n').then(() => connection.send('HTTP/1.1 103 Early Hints\r\n\r\n'.repeat(1000)))
      })
      const { client } = await open({
        route: () => forwardTo(portsInOrder(backend.port), { timeouts: { connectMs: 1000, readMs: 50 } }),
      })
      const connection = await client()
      connection.send(get('/'))
      const text = await connection.until('504')
      expect(text.match(/HTTP\/1\.1 103/g)?.length).toBeLessThan(20)
    })

    it('cuts the client off when the body stalls', async () => {
      const backend = await raw(connection => {
        void connection
          .until('\r\n\r\n')
          .then(() => connection.send('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\npart'))
      })
      const { client, record } = await open({
        route: () => forwardTo(portsInOrder(backend.port), { timeouts: { connectMs: 1000, readMs: 50 } }),
      })
      const connection = await client()
      connection.send(get('/'))
      await connection.closed
      await (
        await backend.connection(0)
      ).closed
      expect(await record(0)).toMatchObject({
        reason: 'upstream-read-timeout',
        attempts: [{ outcome: 'read-timeout' }],
      })
    })

    it('never gives bytes after the end of an answer to another request', async () => {
      const poison = 'HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\npoison'
      const backend = await raw((connection, index) => {
        connection.socket.on('data', () => connection.send(index === 0 ? ok + poison : ok))
      })
      const { client } = await open({ route: () => forwardTo(portsInOrder(backend.port)) })
      for (let i = 0; i < 3; i++) {
        const connection = await client()
        connection.send(get(`/${i}`))
        await connection.until('ok')
        connection.send(get(`/${i}/again`))
        const text = await connection.until(received => received.split('ok').length > 2)
        expect(text).not.toContain('poison')
      }
    })

    it('survives Trailer together with Content-Length', async () => {
      const backend = await raw(connection => {
        void connection
          .until('\r\n\r\n')
          .then(() => connection.send('HTTP/1.1 200 OK\r\nTrailer: X-T\r\nContent-Length: 2\r\n\r\nok'))
      })
      const { client } = await open({ route: () => forwardTo(portsInOrder(backend.port)) })
      const connection = await client()
      connection.send(get('/', 'TE: trailers'))
      expect(await connection.until('ok')).not.toMatch(/trailer/i)
    })

    it.each([
      ['HEAD', '200 OK'],
      ['GET', '204 No Content'],
      ['GET', '304 Not Modified'],
    ])('survives Trailer in an answer without a body: %s, %s', async (method, status) => {
      const backend = await raw(connection => {
        void connection
          .until('\r\n\r\n')
          .then(() => connection.send(`HTTP/1.1 ${status}\r\nTransfer-Encoding: chunked\r\nTrailer: X-T\r\n\r\n`))
      })
      const { client } = await open({ route: () => forwardTo(portsInOrder(backend.port)) })
      const connection = await client()
      connection.send(request(method, '/', ['TE: trailers']))
      const text = await connection.until('\r\n\r\n')
      expect(text.startsWith(`HTTP/1.1 ${status}\r\n`)).toBe(true)
      expect(text).not.toMatch(/trailer/i)
    })

    it('survives the path /\\[ and passes on what the canonical path lets through', async () => {
      const backend = await raw(connection => {
        void connection.until('\r\n\r\n').then(() => connection.send(ok))
      })
      const { client } = await open({ route: () => forwardTo(portsInOrder(backend.port)) })
      const connection = await client()
      connection.send(get('/\\['))
      await connection.until('ok')
      expect(backend.connections[0]?.received()).toMatch(/^GET \/\\\[ HTTP\/1\.1\r\n/)
    })
  })
}
