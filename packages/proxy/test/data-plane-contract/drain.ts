/** Shutting down without resetting anybody who keeps the rules of HTTP. */

import { Agent, request as httpRequest } from 'node:http'
import { describe, expect, it } from 'vitest'
import { fixture, forwardTo, get, portsInOrder, request, responses, type DataPlaneFactory } from './fixture.ts'

const handshake = [
  'Connection: Upgrade',
  'Upgrade: websocket',
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
  'Sec-WebSocket-Version: 13',
]

export function drainContract(factory: DataPlaneFactory): void {
  describe('drain', () => {
    const { open, raw, echo } = fixture(factory)

    it('resolves at once when nothing is open, and again when called again', async () => {
      const { plane } = await open({ route: () => ({ kind: 'respond', status: 200, reason: 'ok' }) })
      expect(await plane.drain({ delayMs: 0, timeoutMs: 10_000 })).toEqual({ cut: 0 })
      expect(await plane.drain({ delayMs: 0, timeoutMs: 10_000 })).toEqual({ cut: 0 })
    })

    it('fails no request of busy keep-alive clients, who move to new connections elsewhere', async () => {
      const backend = await echo('a')
      const old = await open({ route: () => forwardTo(portsInOrder(backend.port)) })
      const next = await open({ route: () => forwardTo(portsInOrder(backend.port)) })
      const agents = Array.from({ length: 20 }, () => new Agent({ keepAlive: true, maxSockets: 1 }))
      let port = old.port
      let isStopping = false
      const send = (agent: Agent): Promise<string | undefined> =>
        new Promise((resolve, reject) => {
          const outgoing = httpRequest({ agent, port, host: '127.0.0.1', headers: { Host: 'site.test' } }, incoming => {
            incoming.resume()
            incoming.once('end', () => resolve(incoming.headers.connection))
            incoming.once('error', reject)
          })
          outgoing.once('error', reject)
          outgoing.end()
        })
      // Like clients behind a load balancer: a connection lives until an answer says close; new ones go to the next proxy.
      const loop = async (agent: Agent): Promise<number> => {
        let sent = 0
        while (!isStopping || sent < 20) {
          const before = port
          const said = await send(agent)
          sent += 1
          if (before === old.port && said === 'close') return sent
        }
        return sent
      }
      const loops = agents.map(agent => loop(agent))
      await old.record(100)
      const drained = old.plane.drain({ delayMs: 0, timeoutMs: 5000 })
      isStopping = true
      const counts = await Promise.all(loops)
      expect(await drained).toEqual({ cut: 0 })
      expect(counts.every(count => count > 0)).toBe(true)
      expect(old.records.every(({ status }) => status === 200)).toBe(true)
      port = next.port
      await Promise.all(agents.map(agent => send(agent)))
      for (const agent of agents) agent.destroy()
    })

    it('says Connection: close and still accepts during the delay, then refuses connections', async () => {
      const { plane, client, port } = await open({ route: () => ({ kind: 'respond', status: 200, reason: 'ok' }) })
      void plane.drain({ delayMs: 1_000_000, timeoutMs: 5000 })
      const connection = await client()
      connection.send(get('/'))
      expect((await connection.closed).received).toMatch(/\r\nConnection: close\r\n/)
      await plane.drain({ delayMs: 0, timeoutMs: 5000 })
      await expect(client()).rejects.toThrow(/ECONNREFUSED/)
      expect(port).toBeGreaterThan(0)
    })

    it('lets a request in flight finish', async () => {
      const backend = await raw(() => {})
      const { plane, client } = await open({ route: () => forwardTo(portsInOrder(backend.port)) })
      const connection = await client()
      connection.send(get('/'))
      const upstream = await backend.connection(0)
      await upstream.until('\r\n\r\n')
      const drained = plane.drain({ delayMs: 0, timeoutMs: 10_000 })
      upstream.send('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok')
      const { received } = await connection.closed
      expect(received).toMatch(/Connection: close\r\n[^]*ok$/)
      expect(await drained).toEqual({ cut: 0 })
      await upstream.closed
    })

    it('closes idle connections without waiting for the time-out', async () => {
      const { plane, client } = await open({ route: () => ({ kind: 'respond', status: 200, reason: 'ok' }) })
      const connection = await client()
      connection.send(get('/'))
      await connection.until(responses(1))
      expect(await plane.drain({ delayMs: 0, timeoutMs: 1_000_000 })).toEqual({ cut: 0 })
      expect((await connection.closed).wasReset).toBe(false)
    })

    it('cuts what is left after the time-out, tunnels included, and says how many', async () => {
      const backend = await raw(connection => {
        void connection.until('\r\n\r\n').then(head => {
          if (head.includes('Sec-WebSocket-Key')) {
            connection.send(
              'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n',
            )
          }
        })
      })
      const { plane, client, records } = await open({ route: () => forwardTo(portsInOrder(backend.port)) })
      const waiting = await client()
      waiting.send(get('/'))
      await (await backend.connection(0)).until('\r\n\r\n')
      const tunnel = await client()
      tunnel.send(request('GET', '/', handshake))
      await tunnel.until('101')
      expect(await plane.drain({ delayMs: 0, timeoutMs: 50 })).toEqual({ cut: 2 })
      await Promise.all([waiting.closed, tunnel.closed])
      expect(
        records.map(({ status, reason }) => [status, reason]).toSorted(([a], [b]) => Number(a) - Number(b)),
      ).toEqual([
        [0, 'drain-timeout'],
        [101, 'drain-timeout'],
      ])
      expect(plane.load()).toEqual({ connections: 0, requests: 0 })
    })

    it('is shortened by a second call', async () => {
      const backend = await raw(() => {})
      const { plane, client } = await open({ route: () => forwardTo(portsInOrder(backend.port)) })
      const connection = await client()
      connection.send(get('/'))
      await backend.connection(0)
      const first = plane.drain({ delayMs: 1_000_000, timeoutMs: 1_000_000 })
      expect(await plane.drain({ delayMs: 0, timeoutMs: 20 })).toEqual({ cut: 1 })
      expect(await first).toEqual({ cut: 1 })
    })

    it('names the address of a listener that cannot be opened, and leaves none open', async () => {
      const { port } = await open({ route: () => ({ kind: 'respond', status: 200, reason: 'ok' }) })
      const plane = factory({
        listeners: [
          { name: 'free', host: '127.0.0.1', port: 0 },
          { name: 'taken', host: '127.0.0.1', port },
        ],
        route: () => ({ kind: 'respond', status: 200, reason: 'ok' }),
        canonicalPath: path => ({ kind: 'canonical', path, matchPath: path }),
      })
      await expect(plane.listen()).rejects.toMatchObject({
        code: 'listen-failed',
        message: expect.stringContaining(`"taken" on 127.0.0.1 port ${port}`) as string,
      })
    })
  })
}
