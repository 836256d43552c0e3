/** Answers that are given up for another endpoint because of their status, and when the client gets them after all. */

import { createHash } from 'node:crypto'
import type { RawBackend } from '@ingresskit/testkit'
import { describe, expect, it } from 'vitest'
import { defaultRetryRules, type RetryRules } from '../../src/index.ts'
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

const busy = 'HTTP/1.1 503 Busy\r\nX-From: busy\r\nContent-Length: 4\r\n\r\nbusy'

const on503 = (overrides: Partial<RetryRules> = {}): { readonly retry: RetryRules } => ({
  retry: { ...defaultRetryRules, on: new Set(), statuses: new Set([302, 503]), ...overrides },
})

export function retryStatusesContract(factory: DataPlaneFactory): void {
  describe('retried statuses', () => {
    const { open, echo, raw } = fixture(factory)

    const answering = async (text: string): Promise<RawBackend> =>
      raw(connection => {
        void connection.until('\r\n\r\n').then(() => connection.send(text))
      })

    it.each([
      ['whole', busy],
      ['unfinished', 'HTTP/1.1 503 Busy\r\nContent-Length: 1000\r\n\r\npart'],
      ['endless', 'HTTP/1.1 503 Busy\r\nTransfer-Encoding: chunked\r\n\r\n4\r\npart\r\n'],
      ['broken', 'HTTP/1.1 503 Busy\r\nContent-Length: 2\r\n\r\nok and more'],
    ])('gives up an answer that is %s, with its connection, and asks another endpoint', async (_what, answer) => {
      const failing = await answering(answer)
      const backend = await echo('b')
      const upstream = portsInOrder(failing.port, backend.port)
      const told: unknown[] = []
      const { client, record } = await open({
        route: () =>
          forwardTo(
            { ...upstream, finished: (endpoint, completion) => told.push([endpoint.port, completion]) },
            on503(),
          ),
      })
      const connection = await client()
      connection.send(request('PUT', '/', ['Content-Length: 2'], 'hi'))
      const text = await connection.until(responses(1))
      expect(text).toMatch(/^HTTP\/1\.1 200 /)
      expect(text).not.toMatch(/busy|part/i)
      await (
        await failing.connection(0)
      ).closed
      expect(backend.requests.map(({ body }) => body)).toEqual(['hi'])
      const latencyMs = expect.any(Number)
      expect((await record(0)).attempts).toEqual([
        { endpoint: `127.0.0.1:${failing.port}`, outcome: 'status-retried', latencyMs, status: 503 },
        { endpoint: `127.0.0.1:${backend.port}`, outcome: 'answered', latencyMs, status: 200 },
      ])
      expect(await record(0)).toMatchObject({ status: 200, reason: undefined })
      const facts = { latencyMs, wasConnected: true }
      expect(told).toEqual([
        [failing.port, { outcome: 'failure', status: 503, isRetry: false, ...facts }],
        [backend.port, { outcome: 'success', status: 200, isRetry: true, ...facts }],
      ])
      // Its connection goes on.
      connection.send(get('/'))
      await connection.until(responses(2))
    })

    it('passes on the last answer, whole, when every endpoint answers so', async () => {
      const first = await answering('HTTP/1.1 503 First\r\nContent-Length: 5\r\n\r\nfirst')
      const last = await answering(busy)
      const upstream = portsInOrder(first.port, last.port)
      const { client, record } = await open({ route: () => forwardTo(upstream, on503()) })
      const connection = await client()
      connection.send(get('/'))
      const text = await connection.until(responses(1))
      expect(text).toMatch(/^HTTP\/1\.1 503 Busy\r\n[^]*X-From: busy\r\n[^]*\r\n\r\nbusy$/)
      expect(await record(0)).toMatchObject({
        status: 503,
        reason: undefined,
        attempts: [
          { outcome: 'status-retried', status: 503 },
          { outcome: 'answered', status: 503 },
        ],
      })
      expect(upstream.calls.at(-1)).toBe(`finished 127.0.0.1:${last.port} success`)
    })

    it.each<readonly [what: string, method: string, retry: Partial<RetryRules>]>([
      ['as many endpoints were tried as may be', 'GET', { maxAttempts: 1 }],
      ['the time is over', 'GET', { withinMs: 0 }],
      ['the method may not be repeated', 'POST', {}],
      ['the status is another one', 'GET', { statuses: new Set([502]) }],
    ])('passes on the answer when %s', async (_what, method, retry) => {
      const failing = await answering(busy)
      const backend = await echo('b')
      const { client, record } = await open({
        route: () => forwardTo(portsInOrder(failing.port, backend.port), on503(retry)),
      })
      const connection = await client()
      connection.send(
        request(method, '/', method === 'POST' ? ['Content-Length: 2'] : [], method === 'POST' ? 'hi' : ''),
      )
      expect(parseResponse(await connection.until(responses(1)))).toMatchObject({ status: 503, body: 'busy' })
      expect(backend.requests).toHaveLength(0)
      expect((await record(0)).attempts).toMatchObject([{ outcome: 'answered', status: 503 }])
    })

    it('passes on the answer when the upstream throws at the next pick', async () => {
      const failing = await answering(busy)
      const upstream = portsInOrder(failing.port)
      const { client } = await open({
        route: () =>
          forwardTo(
            {
              ...upstream,
              pick: input => {
                if (input.excluded !== undefined) throw new Error('secret detail')
                return upstream.pick(input)
              },
            },
            on503(),
          ),
      })
      const connection = await client()
      connection.send(get('/'))
      expect(parseResponse(await connection.until(responses(1)))).toMatchObject({ status: 503, body: 'busy' })
    })

    it('passes on what is below 400, whatever the rules say', async () => {
      const redirecting = await answering('HTTP/1.1 302 Found\r\nLocation: /x\r\nContent-Length: 0\r\n\r\n')
      const backend = await echo('b')
      const { client } = await open({
        route: () => forwardTo(portsInOrder(redirecting.port, backend.port), on503()),
      })
      const connection = await client()
      connection.send(get('/'))
      expect(parseResponse(await connection.until(responses(1))).status).toBe(302)
      expect(backend.requests).toHaveLength(0)
    })

    it('passes on the answer after an interim one', async () => {
      const failing = await answering(`HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n${busy}`)
      const backend = await echo('b')
      const { client } = await open({ route: () => forwardTo(portsInOrder(failing.port, backend.port), on503()) })
      const connection = await client()
      connection.send(get('/'))
      expect(await connection.until('\r\n\r\nbusy')).toMatch(/^HTTP\/1\.1 103 [^]*\r\n\r\nHTTP\/1\.1 503 /)
      expect(backend.requests).toHaveLength(0)
    })

    it('repeats a POST when all methods may be repeated', async () => {
      const failing = await answering(busy)
      const backend = await echo('b')
      const { client } = await open({
        route: () => forwardTo(portsInOrder(failing.port, backend.port), on503({ methods: 'all' })),
      })
      const connection = await client()
      connection.send(request('POST', '/', ['Transfer-Encoding: chunked'], '2\r\nhi\r\n0\r\n\r\n'))
      expect(parseResponse(await connection.until(responses(1))).status).toBe(200)
      expect(backend.requests[0]?.body).toBe('hi')
    })

    it('passes on the answer when more of the body was sent than is kept', async () => {
      const body = 'x'.repeat(100_000)
      const failing = await raw(connection => {
        void connection.until(text => text.length > body.length).then(() => connection.send(busy))
      })
      const backend = await echo('b')
      const { client } = await open({ route: () => forwardTo(portsInOrder(failing.port, backend.port), on503()) })
      const connection = await client()
      connection.send(request('PUT', '/', [`Content-Length: ${body.length}`], body))
      expect(parseResponse(await connection.until(responses(1)))).toMatchObject({ status: 503, body: 'busy' })
      expect(backend.requests).toHaveLength(0)
    })

    it('goes on with the rest of a body in whose middle the answer came', async () => {
      const failing = await raw(connection => {
        void connection.until('first').then(() => connection.send(busy))
      })
      const { promise: closed, resolve } = Promise.withResolvers<void>()
      const backend = await echo('b')
      const { client } = await open({
        route: () => forwardTo(portsInOrder(failing.port, backend.port), on503()),
      })
      const connection = await client()
      connection.send(request('PUT', '/', ['Content-Length: 11'], 'first'))
      void (await failing.connection(0)).closed.then(() => resolve())
      await closed
      connection.send('second')
      expect(parseResponse(await connection.until(responses(1))).status).toBe(200)
      expect(backend.requests.map(({ body }) => body)).toEqual(['firstsecond'])
    })

    it('takes a refused WebSocket handshake to an endpoint that accepts it', async () => {
      const failing = await answering(busy)
      const key = 'dGhlIHNhbXBsZSBub25jZQ=='
      const digest = createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64')
      const accepting = await answering(
        `HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: ${digest}\r\n\r\nFIRST`,
      )
      const { client, record } = await open({
        route: () => forwardTo(portsInOrder(failing.port, accepting.port), on503()),
      })
      const connection = await client()
      const handshake = [
        'Connection: Upgrade',
        'Upgrade: websocket',
        `Sec-WebSocket-Key: ${key}`,
        'Sec-WebSocket-Version: 13',
      ]
      connection.send(request('GET', '/', handshake))
      expect(await connection.until('FIRST')).toMatch(/^HTTP\/1\.1 101 /)
      connection.reset()
      expect(await record(0)).toMatchObject({
        status: 101,
        upgraded: true,
        attempts: [{ status: 503 }, { status: 101 }],
      })
    })

    it('answers 500 when the next attempt cannot begin', async () => {
      const failing = await answering(busy)
      const { client, plane, record } = await open({
        route: () =>
          forwardTo(
            {
              ...portsInOrder(failing.port, 1),
              started: (_endpoint, { isRetry }) => {
                if (isRetry) throw new Error('secret detail')
              },
            },
            on503(),
          ),
      })
      const connection = await client()
      connection.send(get('/'))
      expect(parseResponse(await connection.until(responses(1))).status).toBe(500)
      expect(await record(0)).toMatchObject({ reason: 'upstream-threw', attempts: [{ outcome: 'status-retried' }] })
      expect(plane.load().requests).toBe(0)
    })
  })
}
