/** What each rule of `RetryRules` allows and forbids, and what the client gets when there is no further attempt. */

import type { RawBackend } from '@ingresskit/testkit'
import { describe, expect, it } from 'vitest'
import { defaultRetryRules, type RetryRules, type Upstream } from '../../src/index.ts'
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
const invalid = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nok'

const rules = (overrides: Partial<RetryRules>): { readonly retry: RetryRules } => ({
  retry: { ...defaultRetryRules, ...overrides },
})

export function retryRulesContract(factory: DataPlaneFactory): void {
  describe('retry rules', () => {
    const { open, echo, raw } = fixture(factory)

    const answering = async (text: string): Promise<RawBackend> =>
      raw(connection => {
        void connection.until('\r\n\r\n').then(() => connection.send(text))
      })

    it.each([
      ['timeout', '', 504],
      ['invalid', invalid, 502],
      ['invalid', 'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n', 502],
    ] as const)('goes to another endpoint on %s, after %j, only when told to', async (cause, answer, status) => {
      const failing = await answering(answer)
      const backend = await echo('b')
      const timeouts = { connectMs: 2000, readMs: 50 }
      const { client, record } = await open({
        route: head =>
          forwardTo(portsInOrder(failing.port, backend.port), {
            timeouts,
            ...(head.path === '/told' ? rules({ on: new Set([cause]) }) : {}),
          }),
      })
      const connection = await client()
      connection.send(get('/not-told'))
      expect(parseResponse(await connection.until(responses(1))).status).toBe(status)
      connection.send(request('PUT', '/told', ['Content-Length: 2'], 'hi'))
      expect(await connection.until(responses(2))).toContain('HTTP/1.1 200 ')
      expect(backend.requests.map(({ url, body }) => [url, body])).toEqual([['/told', 'hi']])
      expect((await record(1)).attempts).toMatchObject([{ outcome: expect.any(String) }, { outcome: 'answered' }])
    })

    it.each(['timeout', 'invalid'] as const)('never repeats a POST on %s unless all methods may be', async cause => {
      const failing = await answering(cause === 'timeout' ? '' : invalid)
      const backend = await echo('b')
      const { client } = await open({
        route: head =>
          forwardTo(portsInOrder(failing.port, backend.port), {
            timeouts: { connectMs: 2000, readMs: 50 },
            ...rules({ on: new Set([cause]), methods: head.path === '/all' ? 'all' : 'idempotent' }),
          }),
      })
      const connection = await client()
      connection.send(request('POST', '/idempotent', ['Content-Length: 2'], 'hi'))
      expect(parseResponse(await connection.until(responses(1))).status).toBeGreaterThan(500)
      connection.send(request('POST', '/all', ['Content-Length: 2'], 'hi'))
      expect(await connection.until(responses(2))).toContain('HTTP/1.1 200 ')
      expect(backend.requests.map(({ url, body }) => [url, body])).toEqual([['/all', 'hi']])
    })

    it('repeats a POST that a new connection lost when all methods may be repeated', async () => {
      const dying = await raw(connection => {
        void connection.until('hi').then(() => connection.reset())
      })
      const backend = await echo('b')
      const { client } = await open({
        route: () => forwardTo(portsInOrder(dying.port, backend.port), rules({ methods: 'all' })),
      })
      const connection = await client()
      connection.send(request('POST', '/', ['Content-Length: 2'], 'hi'))
      expect(await connection.until(responses(1))).toMatch(/^HTTP\/1\.1 200 /)
      expect(backend.requests[0]?.body).toBe('hi')
    })

    it('makes a lost kept connection good though no cause is retried', async () => {
      const backend = await raw((connection, index) => {
        let seen = 0
        connection.socket.on('data', () => {
          seen += 1
          if (index === 0 && seen === 2) connection.reset()
          else connection.send(ok)
        })
      })
      const { client, record } = await open({
        route: () => forwardTo(portsInOrder(backend.port), rules({ on: new Set() })),
      })
      const connection = await client()
      for (const count of [1, 2]) {
        connection.send(get('/'))
        await connection.until(responses(count))
      }
      expect((await record(1)).attempts).toMatchObject([{ outcome: 'reset' }, { outcome: 'answered', status: 200 }])
    })

    it.each([
      ['its cause is not among them', rules({ on: new Set(['reset', 'timeout', 'invalid']) })],
      ['their time is over', rules({ withinMs: 0 })],
    ])('tries no other endpoint after a connection failure when %s', async (_what, overrides) => {
      const backend = await echo('b')
      const upstream = portsInOrder(1, backend.port)
      const { client, record } = await open({ route: () => forwardTo(upstream, overrides) })
      const connection = await client()
      connection.send(get('/'))
      expect(parseResponse(await connection.until(responses(1))).status).toBe(502)
      expect(await record(0)).toMatchObject({ reason: 'connect-failed', attempts: [{ outcome: 'connect-failed' }] })
      expect(backend.requests).toHaveLength(0)
    })

    it('begins further attempts while there is time', async () => {
      const backend = await echo('b')
      const { client } = await open({
        route: () => forwardTo(portsInOrder(1, 2, backend.port), rules({ withinMs: 3_600_000 })),
      })
      const connection = await client()
      connection.send(get('/'))
      expect(await connection.until(responses(1))).toMatch(/^HTTP\/1\.1 200 /)
    })

    it('answers 503 with the reason of a first pick, and as the last attempt failed after that of a retry', async () => {
      const reason = 'retry-budget-exhausted'
      const one = portsInOrder(1)
      const refusing = (refuses: (excluded: ReadonlySet<string> | undefined) => boolean): Upstream => ({
        ...one,
        pick: input => (refuses(input.excluded) ? { kind: 'none', reason } : one.pick(input)),
      })
      const { client, record } = await open({
        route: head => forwardTo(refusing(excluded => head.path === '/first' || excluded !== undefined)),
      })
      const connection = await client()
      connection.send(get('/first') + get('/retry'))
      expect(parseResponse(await connection.until(responses(2))).status).toBe(503)
      expect(await record(0)).toMatchObject({ status: 503, reason, attempts: [] })
      expect(await record(1)).toMatchObject({ status: 502, reason: 'connect-failed', attempts: [{}] })
    })
  })
}
