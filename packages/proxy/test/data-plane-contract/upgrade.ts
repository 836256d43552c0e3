/** WebSocket: the connection is given away only to a backend that truly accepted the handshake (RFC 6455 §4). */

import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { describe, expect, it } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
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

const key = 'dGhlIHNhbXBsZSBub25jZQ=='
const accept = createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64')
const handshake = [
  'Connection: keep-alive, Upgrade',
  'Upgrade: WebSocket',
  `Sec-WebSocket-Key: ${key}`,
  'Sec-WebSocket-Version: 13',
]
const switching = (digest: string): string =>
  `HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: ${digest}\r\nKeep-Alive: x\r\n`

export function upgradeContract(factory: DataPlaneFactory): void {
  describe('upgrade', () => {
    const { open, raw, echo } = fixture(factory)

    it('carries a WebSocket conversation both ways and its end', async () => {
      const server = new WebSocketServer({ port: 0, host: '127.0.0.1' })
      await once(server, 'listening')
      server.on('connection', (socket, incoming) => {
        socket.send(`hello ${incoming.url} ${String(incoming.headers['x-forwarded-for'])}`)
        socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary }))
      })
      const { port: backendPort } = server.address() as { port: number }
      const { port, record, plane } = await open({ route: () => forwardTo(portsInOrder(backendPort)) })
      const socket = new WebSocket(`ws://127.0.0.1:${port}/chat?x=1`)
      const messages: string[] = []
      const { promise: both, resolve } = Promise.withResolvers<void>()
      socket.on('message', (data: Buffer) => {
        messages.push(data.length > 100 ? `${data.length} bytes` : data.toString())
        if (messages.length === 2) resolve()
      })
      await once(socket, 'open')
      socket.send(Buffer.alloc(300_000))
      await both
      expect(messages).toEqual(['hello /chat?x=1 127.0.0.1', '300000 bytes'])
      expect(plane.load().requests).toBe(1)
      socket.close(4000, 'bye')
      const [code] = (await once(socket, 'close')) as [number]
      expect(code).toBe(4000)
      const seen = await record(0)
      expect(seen).toMatchObject({ status: 101, upgraded: true, attempts: [{ outcome: 'answered' }] })
      expect(seen.requestBytes).toBeGreaterThan(300_000)
      server.close()
    })

    it('passes on nothing the client sent early until the backend has accepted', async () => {
      const backend = await raw(() => {})
      const { client } = await open({ route: () => forwardTo(portsInOrder(backend.port)) })
      const connection = await client()
      connection.send(request('GET', '/', handshake, 'EARLY'))
      const upstream = await backend.connection(0)
      const head = await upstream.until('\r\n\r\n')
      expect(head).toMatch(/\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n/)
      expect(head).not.toContain('EARLY')
      upstream.send(`${switching(accept)}\r\nFIRST`)
      const text = await connection.until('FIRST')
      expect(text).toMatch(
        /^HTTP\/1\.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept/,
      )
      expect(text).not.toContain('Keep-Alive')
      expect(await upstream.until('EARLY')).toMatch(/\r\n\r\nEARLY$/)
    })

    it.each([
      ['the digest of another key', `${switching('AAAA')}\r\n`],
      ['no digest', 'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n'],
      ['another protocol', switching(accept).replace('websocket', 'other').concat('\r\n')],
      ['a transfer coding', `${switching(accept)}Transfer-Encoding: chunked\r\n\r\n`],
    ])('answers 502 to a 101 with %s', async (_what, answer) => {
      const backend = await raw(connection => {
        void connection.until('\r\n\r\n').then(() => connection.send(answer))
      })
      const { client } = await open({ route: () => forwardTo(portsInOrder(backend.port)) })
      const connection = await client()
      connection.send(request('GET', '/', handshake, 'EARLY'))
      expect(parseResponse((await connection.closed).received).status).toBe(502)
      const upstream = await backend.connection(0)
      await upstream.closed
      expect(upstream.received()).not.toContain('EARLY')
    })

    it('passes on an ordinary answer to the handshake and closes, without the early bytes', async () => {
      const body = 'x'.repeat(3_000_000)
      const backend = await raw(connection => {
        void connection
          .until('\r\n\r\n')
          .then(() => connection.send(`HTTP/1.1 403 Forbidden\r\nContent-Length: ${body.length}\r\n\r\n${body}`))
      })
      const { client, record } = await open({ route: () => forwardTo(portsInOrder(backend.port)) })
      const connection = await client()
      connection.send(request('GET', '/', handshake, get('/smuggled')))
      const { received } = await connection.closed
      expect(parseResponse(received)).toMatchObject({ status: 403, body })
      expect(received).toMatch(/\r\nConnection: close\r\n/)
      expect(backend.connections[0]?.received()).not.toContain('smuggled')
      expect(await record(0)).toMatchObject({ status: 403, upgraded: false })
    })

    it('applies the route to a handshake like to any request', async () => {
      const { client } = await open({
        route: head => ({ kind: 'respond', status: head.upgrade === 'websocket' ? 401 : 200, reason: 'r' }),
      })
      const connection = await client()
      connection.send(request('GET', '/', handshake))
      expect(parseResponse((await connection.closed).received).status).toBe(401)
    })

    // Node gives an UpgradeStream for the body case; http-proxy-3 2.0.1 alone throws on it and ends the process.
    it.each([
      ['h2c', request('GET', '/', ['Connection: Upgrade, HTTP2-Settings', 'Upgrade: h2c', 'HTTP2-Settings: AAA'])],
      ['an unknown protocol', request('GET', '/', ['Connection: Upgrade', 'Upgrade: foo'])],
      ['WebSocket with a body', request('GET', '/', [...handshake, 'Content-Length: 5'], 'hello')],
      [
        'WebSocket with a chunked body',
        request('GET', '/', [...handshake, 'Transfer-Encoding: chunked'], '5\r\nhello\r\n0\r\n\r\n'),
      ],
      ['WebSocket by POST', request('POST', '/', [...handshake, 'Content-Length: 5'], 'hello')],
      [
        'WebSocket with a bad key',
        request('GET', '/', [...handshake.slice(0, 2), 'Sec-WebSocket-Key: x', 'Sec-WebSocket-Version: 13']),
      ],
    ])(
      'treats an upgrade to %s as an ordinary request without Upgrade, and the last one of its connection',
      async (_what, bytes) => {
        const backend = await echo('a')
        const { client, record } = await open({ route: () => forwardTo(portsInOrder(backend.port)) })
        const connection = await client()
        connection.send(bytes + get('/next'))
        const { received } = await connection.closed
        expect(received).toMatch(/^HTTP\/1\.1 200 [^]*\r\nConnection: close\r\n/)
        expect(await record(0)).toMatchObject({ status: 200, upgraded: false })
        expect(backend.requests).toHaveLength(1)
        expect(backend.requests[0]?.headers).not.toHaveProperty('upgrade')
        expect([undefined, 'keep-alive']).toContain(backend.requests[0]?.headers['connection'])
        expect(backend.requests[0]?.body).toBe(bytes.includes('hello') ? 'hello' : '')
      },
    )

    it('does not give away a connection on which an earlier answer is due', async () => {
      const backend = await raw(connection => {
        connection.socket.on('data', () => connection.send('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'))
      })
      const { client } = await open({ route: () => forwardTo(portsInOrder(backend.port)) })
      const connection = await client()
      connection.send(get('/') + request('GET', '/ws', handshake))
      await connection.until(responses(2))
      expect(backend.connections[0]?.received()).not.toMatch(/upgrade: websocket/i)
    })

    it('ends the other side when one side of a tunnel goes away', async () => {
      const backend = await raw(connection => {
        void connection.until('\r\n\r\n').then(() => connection.send(`${switching(accept)}\r\n`))
      })
      const { client, record } = await open({ route: () => forwardTo(portsInOrder(backend.port)) })
      const first = await client()
      first.send(request('GET', '/', handshake))
      await first.until('101')
      first.reset()
      await (
        await backend.connection(0)
      ).closed
      const second = await client()
      second.send(request('GET', '/', handshake))
      await second.until('101')
      ;(await backend.connection(1)).reset()
      await second.closed
      expect(await record(1)).toMatchObject({ status: 101, upgraded: true })
    })

    it('closes a tunnel on which nothing moves', async () => {
      const backend = await raw(connection => {
        void connection.until('\r\n\r\n').then(() => connection.send(`${switching(accept)}\r\n`))
      })
      const { client } = await open({
        route: () => forwardTo(portsInOrder(backend.port), { timeouts: { connectMs: 1000, readMs: 50 } }),
      })
      const connection = await client()
      connection.send(request('GET', '/', handshake))
      await connection.closed
      await (
        await backend.connection(0)
      ).closed
    })
  })
}
