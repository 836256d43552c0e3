/** Which failures the client never sees, because another attempt succeeded, and which must not be repeated. */

import { describe, expect, it } from 'vitest'
import { defaultRetryRules } from '../../src/index.ts'
import {
  endpointsInOrder,
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

export function retriesContract(factory: DataPlaneFactory): void {
  describe('retries', () => {
    const { open, echo, raw } = fixture(factory)

    /** A port of this machine on which nothing listens. */
    const closedPort = async (): Promise<number> => {
      const backend = await raw(() => {})
      await backend.close()
      return backend.port
    }

    it('takes a request with a body to another endpoint when the connection fails, body and all', async () => {
      const backend = await echo('a')
      const upstream = portsInOrder(await closedPort(), backend.port)
      const { client, record } = await open({ route: () => forwardTo(upstream) })
      const connection = await client()
      const body = 'x'.repeat(200_000)
      connection.send(request('POST', '/', [`Content-Length: ${body.length}`], body))
      await connection.until(responses(1))
      expect(backend.requests[0]?.body).toBe(body)
      expect((await record(0)).attempts.map(({ outcome }) => outcome)).toEqual(['connect-failed', 'answered'])
      expect(upstream.calls.map(call => call.replace(/127\S+ ?/, ''))).toEqual([
        'started ',
        'finished failure',
        'started ',
        'connected ',
        'finished success',
      ])
    })

    it('tries no more endpoints than maxAttempts and answers 502 then', async () => {
      const ports = [await closedPort(), await closedPort(), await closedPort(), await closedPort()]
      const { client, record } = await open({
        route: () => forwardTo(portsInOrder(...ports), { retry: { ...defaultRetryRules, maxAttempts: 3 } }),
      })
      const connection = await client()
      connection.send(get('/'))
      expect(parseResponse(await connection.until(responses(1))).status).toBe(502)
      expect((await record(0)).attempts).toHaveLength(3)
    })

    it('answers 502 when fewer endpoints than maxAttempts exist and all fail', async () => {
      const { client } = await open({ route: () => forwardTo(portsInOrder(1)) })
      const connection = await client()
      connection.send(get('/'))
      expect(parseResponse(await connection.until(responses(1))).status).toBe(502)
    })

    it('takes a GET to another endpoint once when the backend closes without an answer', async () => {
      const dying = await raw(connection => {
        void connection.until('\r\n\r\n').then(() => connection.reset())
      })
      const backend = await echo('b')
      const { client } = await open({ route: () => forwardTo(portsInOrder(dying.port, backend.port)) })
      const connection = await client()
      connection.send(get('/'))
      await connection.until(responses(1))
      expect(backend.requests).toHaveLength(1)
    })

    it.each(['POST', 'PATCH', 'DELETE'])('does not repeat a %s that a new connection lost', async method => {
      const dying = await raw(connection => {
        void connection.until('\r\n\r\n').then(() => connection.reset())
      })
      const backend = await echo('b')
      const { client, record } = await open({ route: () => forwardTo(portsInOrder(dying.port, backend.port)) })
      const connection = await client()
      connection.send(request(method, '/', ['Content-Length: 2'], 'hi'))
      expect(parseResponse(await connection.until(responses(1))).status).toBe(502)
      expect(backend.requests).toHaveLength(0)
      expect(await record(0)).toMatchObject({ reason: 'reset', attempts: [{ outcome: 'reset' }] })
    })

    it('repeats an idempotent request on a new connection when a kept one is lost, even with a single endpoint', async () => {
      const backend = await raw((connection, index) => {
        let seen = 0
        connection.socket.on('data', () => {
          seen += 1
          if (index === 0 && seen === 2) connection.reset()
          else connection.send(ok)
        })
      })
      const { client, record } = await open({
        route: () => forwardTo(portsInOrder(backend.port), { retry: { ...defaultRetryRules, maxAttempts: 1 } }),
      })
      const connection = await client()
      connection.send(get('/1'))
      await connection.until(responses(1))
      connection.send(request('PUT', '/2', ['Content-Length: 2'], 'hi'))
      await connection.until(responses(2))
      expect(backend.connections[1]?.received()).toMatch(/^PUT \/2 [^]*hi$/)
      expect((await record(1)).attempts.map(({ outcome }) => outcome)).toEqual(['reset', 'answered'])
    })

    it('takes a GET away from an endpoint that lost a kept connection and then the fresh one', async () => {
      const stopping = await raw((connection, index) => {
        let seen = 0
        connection.socket.on('data', () => {
          seen += 1
          if (index === 0 && seen === 1) connection.send(ok)
          else connection.reset()
        })
      })
      const backend = await echo('b')
      const { client, record } = await open({ route: () => forwardTo(portsInOrder(stopping.port, backend.port)) })
      const connection = await client()
      connection.send(get('/1'))
      await connection.until(responses(1))
      connection.send(get('/2'))
      await connection.until(responses(2))
      expect((await record(1)).attempts.map(({ outcome }) => outcome)).toEqual(['reset', 'reset', 'answered'])
      expect(backend.requests).toHaveLength(1)
    })

    it('trusts no kept connection with a request that has lost one', async () => {
      const dying = await raw(connection => {
        connection.socket.on('data', () => connection.reset())
      })
      const other = await raw((connection, index) => {
        let seen = 0
        connection.socket.on('data', () => {
          seen += 1
          if (index === 0 && seen === 2) connection.reset()
          else connection.send(ok)
        })
      })
      const { client, record } = await open({
        route: ({ path }) => forwardTo(path === '/1' ? portsInOrder(other.port) : portsInOrder(dying.port, other.port)),
      })
      const connection = await client()
      connection.send(get('/1'))
      await connection.until(responses(1))
      connection.send(get('/2'))
      await connection.until(responses(2))
      expect((await record(1)).attempts.map(({ outcome }) => outcome)).toEqual(['reset', 'answered'])
    })

    it('does not repeat a POST when a kept connection is lost', async () => {
      const backend = await raw(connection => {
        let seen = 0
        connection.socket.on('data', () => {
          seen += 1
          if (seen === 2) connection.reset()
          else connection.send(ok)
        })
      })
      const { client } = await open({ route: () => forwardTo(portsInOrder(backend.port)) })
      const connection = await client()
      connection.send(get('/1'))
      await connection.until(responses(1))
      connection.send(request('POST', '/2', ['Content-Length: 2'], 'hi'))
      const text = await connection.until(responses(2))
      expect(text).toContain('HTTP/1.1 502')
      expect(backend.connections).toHaveLength(1)
    })

    it('answers 504 when a connection does not come about in time', async () => {
      const endpoint = { key: 'slow', address: 'slow.test', port: 80 }
      const { client, record } = await open({
        route: () => forwardTo(endpointsInOrder(endpoint), { timeouts: { connectMs: 30, readMs: 1000 } }),
        lookup: () => new Promise(() => {}),
      })
      const connection = await client()
      connection.send(get('/'))
      expect(parseResponse(await connection.until(responses(1))).status).toBe(504)
      expect(await record(0)).toMatchObject({ reason: 'connect-timeout' })
    })

    it('refuses a name that resolves to this machine, without connecting', async () => {
      const backend = await echo('a')
      const names: string[] = []
      const { client } = await open({
        route: () => forwardTo(endpointsInOrder({ key: 'named', address: 'svc.test', port: backend.port })),
        lookup: name => {
          names.push(name)
          return Promise.resolve([{ address: '127.0.0.1', family: 4 }])
        },
      })
      const connection = await client()
      connection.send(get('/'))
      expect(parseResponse(await connection.until(responses(1))).status).toBe(502)
      expect(names).toEqual(['svc.test'])
      expect(backend.connectionCount()).toBe(0)
    })

    it('keeps connections to an endpoint and closes them when the endpoint is gone', async () => {
      const backend = await raw(connection => {
        connection.socket.on('data', () => connection.send(ok))
      })
      const upstream = portsInOrder(backend.port)
      const { client, plane } = await open({ route: () => forwardTo(upstream) })
      const connection = await client()
      connection.send(get('/1'))
      await connection.until(responses(1))
      connection.send(get('/2'))
      await connection.until(responses(2))
      expect(backend.connections).toHaveLength(1)
      plane.retainEndpoints(new Set([`127.0.0.1:${backend.port}`]))
      connection.send(get('/3'))
      await connection.until(responses(3))
      expect(backend.connections).toHaveLength(1)
      plane.retainEndpoints(new Set())
      await backend.connections[0]?.closed
    })

    it('lets a request in flight on a gone endpoint finish and keeps its connection no longer', async () => {
      const backend = await raw(() => {})
      const { client, plane } = await open({ route: () => forwardTo(portsInOrder(backend.port)) })
      const connection = await client()
      connection.send(get('/1'))
      const upstream = await backend.connection(0)
      await upstream.until('\r\n\r\n')
      plane.retainEndpoints(new Set())
      upstream.send(ok)
      await connection.until('ok')
      await upstream.closed
    })
  })
}
