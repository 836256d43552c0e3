/** More than was asked for, from clients and from backends: it is bounded, reaches nobody, and takes no answer away. */

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

const extra: readonly (readonly [what: string, method: string, answer: string, status: number])[] = [
  ['HEAD answered with a body', 'HEAD', 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello', 200],
  ['204 with a body', 'GET', 'HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\nhello', 204],
  ['304 with a last chunk', 'GET', 'HTTP/1.1 304 Not Modified\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n', 304],
  ['a body longer than its length', 'GET', 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokhello', 200],
]

export function excessContract(factory: DataPlaneFactory): void {
  describe('excess', () => {
    const { open, raw } = fixture(factory)

    it.each(extra)(
      'passes on the complete answer and gives up the connection after %s',
      async (_what, method, answer, status) => {
        const backend = await raw(connection => {
          void connection.until('\r\n\r\n').then(() => connection.send(answer))
        })
        const { client, record } = await open({ route: () => forwardTo(portsInOrder(backend.port)) })
        const connection = await client()
        connection.send(request(method, '/', ['Connection: close']))
        await connection.closed
        const text = await connection.until('\r\n\r\n')
        expect(parseResponse(text).status).toBe(status)
        expect(text).not.toContain('hello')
        await (
          await backend.connection(0)
        ).closed
        expect(await record(0)).toMatchObject({ status, attempts: [{ outcome: 'answered' }] })
      },
    )

    it('answers 502 to a chunk size that is none, in one packet with the head', async () => {
      const backend = await raw(connection => {
        void connection
          .until('\r\n\r\n')
          .then(() => connection.send('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nabc\r\n'))
      })
      const { client, record } = await open({ route: () => forwardTo(portsInOrder(backend.port)) })
      const connection = await client()
      connection.send(get('/'))
      expect(parseResponse(await connection.until(responses(1))).status).toBe(502)
      expect(await record(0)).toMatchObject({ status: 502, reason: 'invalid-response' })
    })

    it('survives an upstream whose `started` or `finished` throws', async () => {
      const backend = await raw(connection => {
        void connection.until('\r\n\r\n').then(() => connection.send('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'))
      })
      const upstream = portsInOrder(backend.port)
      const fault = (): never => {
        throw new Error('fault')
      }
      const { client } = await open({
        route: head =>
          forwardTo(head.path === '/started' ? { ...upstream, started: fault } : { ...upstream, finished: fault }),
      })
      const connection = await client()
      connection.send(get('/started'))
      expect(parseResponse(await connection.until(responses(1))).status).toBe(500)
      connection.send(get('/finished'))
      expect(await connection.until(responses(2))).toContain('200 OK')
    })

    it('goes on when the reporter throws', async () => {
      const plane = factory({
        listeners: [{ name: 'http', host: '127.0.0.1', port: 0 }],
        canonicalPath: path => ({ kind: 'canonical', path, matchPath: path }),
        route: () => ({ kind: 'respond', status: 204, reason: 'test' }),
        onRequest: () => {
          throw new Error('fault')
        },
      })
      const [bound] = await plane.listen()
      const connection = await rawClient(bound?.port ?? 0)
      connection.send(get('/1') + get('/2'))
      expect(await connection.until(responses(2))).toContain('204')
      connection.socket.destroy()
      expect(await plane.drain({ delayMs: 0, timeoutMs: 5000 })).toEqual({ cut: 0 })
    })
  })
}
