/** Decisions: what a route says is what happens. */

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

export function routingContract(factory: DataPlaneFactory): void {
  describe('routing', () => {
    const { open, echo } = fixture(factory)

    it('shows the route a validated head', async () => {
      const heads: unknown[] = []
      const { client } = await open({
        route: head => {
          heads.push({ ...head, headers: undefined })
          return { kind: 'respond', status: 200, reason: 'test' }
        },
      })
      const connection = await client()
      connection.send('GET /a/b?x=1?2 HTTP/1.1\r\nHost: Site.Test.:8080\r\n\r\n')
      await connection.until(responses(1))
      expect(heads).toEqual([
        {
          method: 'GET',
          scheme: 'http',
          httpVersion: '1.1',
          host: 'site.test',
          authority: 'Site.Test.:8080',
          path: '/a/b',
          matchPath: '/a/b',
          query: '?x=1?2',
          clientAddress: '127.0.0.1',
          requestId: 'made-id',
        },
      ])
    })

    it('forwards target, method, body and repeated header fields as sent', async () => {
      const backend = await echo('a')
      const { client, record } = await open({ route: () => forwardTo(portsInOrder(backend.port)) })
      const connection = await client()
      connection.send(
        request('PATCH', '/a//b?', ['X-Multi: 1', 'x-multi: 2', '__proto__: p', 'Content-Length: 5'], 'hello'),
      )
      const text = await connection.until(responses(1))
      expect(parseResponse(text).status).toBe(200)
      const [seen] = backend.requests
      expect(seen).toMatchObject({ method: 'PATCH', url: '/a//b?', body: 'hello' })
      expect(seen?.headers['host']).toBe('site.test')
      expect(seen?.headers['x-multi']).toBe('1, 2')
      expect(await record(0)).toMatchObject({
        status: 200,
        requestBytes: 5,
        upgraded: false,
        attempts: [{ endpoint: `127.0.0.1:${backend.port}`, outcome: 'answered' }],
      })
    })

    it('sends exactly the target that was decided on, whatever it looks like to a URL parser', async () => {
      const backend = await echo('a')
      const targets = ['/a/../b/%2e/./c', '//evil.test/x', '/a\\..\\b', '/%zz', '/?', '/a?b?c', '/a;b=1:80/@']
      const { client } = await open({ route: () => forwardTo(portsInOrder(backend.port)) })
      const connection = await client()
      connection.send(targets.map(target => get(target)).join(''))
      await connection.until(responses(targets.length))
      expect(backend.requests.map(({ url }) => url)).toEqual(targets)
    })

    it('gets an absolute target to the backend in origin form', async () => {
      const backend = await echo('a')
      const { client } = await open({ route: () => forwardTo(portsInOrder(backend.port)) })
      const connection = await client()
      connection.send(get('http://site.test/x?y'))
      await connection.until(responses(1))
      expect(backend.requests[0]?.url).toBe('/x?y')
    })

    it('sends a text of the route with its headers, and a page of its own without one', async () => {
      const { client } = await open({
        route: head =>
          head.path === '/text'
            ? {
                kind: 'respond',
                status: 401,
                reason: 'r',
                headers: [['WWW-Authenticate', 'Basic']],
                body: { contentType: 'text/plain', text: 'no' },
              }
            : { kind: 'respond', status: 404, reason: 'no-rule' },
      })
      const connection = await client()
      connection.send(
        get('/text') + get('/page', 'Accept: application/json') + get('/page', 'Accept: text/html,*/*;q=0.8'),
      )
      const text = await connection.until(responses(3))
      expect(text).toContain('WWW-Authenticate: Basic')
      expect(text).toContain('{"status":404,"error":"Not Found"}')
      expect(text).toContain('<h1>404 Not Found</h1>')
      expect(text.match(/Cache-Control: no-store/g)).toHaveLength(3)
      expect(text).not.toContain('no-rule')
    })

    it('redirects with a Location', async () => {
      const { client, record } = await open({
        route: () => ({ kind: 'redirect', status: 308, location: 'https://site.test/', reason: 'to-https' }),
      })
      const connection = await client()
      connection.send(get('/'))
      expect(await connection.until(responses(1))).toMatch(
        /^HTTP\/1\.1 308 [^]*\r\nLocation: https:\/\/site\.test\/\r\n/,
      )
      expect(await record(0)).toMatchObject({ status: 308, reason: 'to-https' })
    })

    it('answers 500 when the route throws or decides on what cannot be sent, and goes on', async () => {
      const { client, record } = await open({
        route: head => {
          if (head.path === '/throw') throw new Error('secret detail')
          return { kind: 'redirect', status: 302, location: 'a\r\nb', reason: 'bad' }
        },
      })
      const connection = await client()
      connection.send(get('/throw'))
      expect(await connection.until(responses(1))).not.toContain('secret')
      connection.send(get('/bad'))
      const text = await connection.until(responses(2))
      expect(text.match(/HTTP\/1\.1 500/g)).toHaveLength(2)
      expect(await record(0)).toMatchObject({ status: 500, reason: 'route-threw' })
    })

    it('answers 500 when canonicalPath throws', async () => {
      const { client, record } = await open({
        route: () => ({ kind: 'respond', status: 200, reason: 'ok' }),
        canonicalPath: () => {
          throw new Error('secret detail')
        },
      })
      const connection = await client()
      connection.send(get('/'))
      expect(await connection.until(responses(1))).toMatch(/^HTTP\/1\.1 500 (?![^]*secret)/)
      expect(await record(0)).toMatchObject({ status: 500, reason: 'canonical-path-threw' })
    })

    it('answers 500 when an upstream throws', async () => {
      const { client, record } = await open({
        route: () =>
          forwardTo({
            ...portsInOrder(),
            pick: () => {
              throw new Error('secret detail')
            },
          }),
      })
      const connection = await client()
      connection.send(get('/'))
      expect(await connection.until(responses(1))).toMatch(/^HTTP\/1\.1 500 /)
      expect(await record(0)).toMatchObject({ status: 500, reason: 'upstream-threw' })
    })

    it('answers 503 when no endpoint is left to pick', async () => {
      const { client, record } = await open({ route: () => forwardTo(portsInOrder()) })
      const connection = await client()
      connection.send(get('/'))
      expect(parseResponse(await connection.until(responses(1))).status).toBe(503)
      expect(await record(0)).toMatchObject({ status: 503, reason: 'no-endpoints', attempts: [] })
    })

    it('serves pipelined requests one at a time and in order', async () => {
      const order: string[] = []
      const backend = await echo('a', (incoming, response) => {
        order.push(`begin ${incoming.url}`)
        setImmediate(() => {
          order.push(`end ${incoming.url}`)
          response.end('x')
        })
        return true
      })
      const { client } = await open({ route: () => forwardTo(portsInOrder(backend.port)) })
      const connection = await client()
      connection.send(get('/1') + get('/2') + get('/3'))
      await connection.until(text => (text.match(/HTTP\/1\.1 200/g) ?? []).length === 3)
      expect(order).toEqual(['begin /1', 'end /1', 'begin /2', 'end /2', 'begin /3', 'end /3'])
    })

    it('counts connections and requests in flight', async () => {
      const { promise: arrived, resolve: arrive } = Promise.withResolvers<void>()
      const { promise: released, resolve: release } = Promise.withResolvers<void>()
      const backend = await echo('a', (_incoming, response) => {
        arrive()
        void released.then(() => response.end())
        return true
      })
      const { client, plane, record } = await open({ route: () => forwardTo(portsInOrder(backend.port)) })
      const connection = await client()
      connection.send(get('/'))
      await arrived
      expect(plane.load()).toEqual({ connections: 1, requests: 1 })
      release()
      await record(0)
      expect(plane.load().requests).toBe(0)
    })
  })
}
