/** What an upstream is asked and told about each attempt. */

import { describe, expect, it } from 'vitest'
import type { Upstream, UpstreamCompletion, UpstreamPick } from '../../src/index.ts'
import { fixture, forwardTo, get, portsInOrder, request, responses, type DataPlaneFactory } from './fixture.ts'

const ok = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'

type Report =
  | { readonly call: 'pick'; readonly input: UpstreamPick }
  | { readonly call: 'started'; readonly isRetry: boolean }
  | { readonly call: 'connected' }
  | ({ readonly call: 'finished' } & UpstreamCompletion)

/** Writes down what an upstream is asked and told; excluded keys as they were at that moment. */
function reporting(upstream: Upstream): { readonly upstream: Upstream; readonly reports: Report[] } {
  const reports: Report[] = []
  return {
    reports,
    upstream: {
      pick: input => {
        const { excluded } = input
        reports.push({
          call: 'pick',
          input: excluded === undefined ? input : { ...input, excluded: new Set(excluded) },
        })
        return upstream.pick(input)
      },
      started: (_endpoint, attempt) => void reports.push({ call: 'started', ...attempt }),
      connected: () => void reports.push({ call: 'connected' }),
      finished: (_endpoint, completion) => void reports.push({ call: 'finished', ...completion }),
    },
  }
}

export function upstreamReportsContract(factory: DataPlaneFactory): void {
  describe('upstream reports', () => {
    const { open, echo, raw } = fixture(factory)

    it('tells of the connection, new or kept, and of the status and latency of the answer', async () => {
      const backend = await raw(connection => {
        connection.socket.on('data', () => connection.send('HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\nno'))
      })
      const { upstream, reports } = reporting(portsInOrder(backend.port))
      const { client, record } = await open({ route: () => forwardTo(upstream) })
      const connection = await client()
      for (const count of [1, 2]) {
        connection.send(get('/'))
        await connection.until(responses(count))
      }
      await record(1)
      const seen = [
        { call: 'pick', input: {} },
        { call: 'started', isRetry: false },
        { call: 'connected' },
        {
          call: 'finished',
          outcome: 'success',
          latencyMs: expect.any(Number),
          status: 404,
          wasConnected: true,
          isRetry: false,
        },
      ]
      expect(reports).toEqual([...seen, ...seen])
      expect(backend.connections).toHaveLength(1)
      expect((await record(0)).attempts).toEqual([
        { endpoint: `127.0.0.1:${backend.port}`, outcome: 'answered', latencyMs: expect.any(Number), status: 404 },
      ])
    })

    it('tells of an attempt without connection, and that the next one on another endpoint is a retry', async () => {
      const backend = await echo('a')
      const { upstream, reports } = reporting(portsInOrder(1, backend.port))
      const { client, record } = await open({
        route: () => forwardTo(upstream, { hashKey: 'shop', session: 'visit' }),
      })
      const connection = await client()
      connection.send(get('/'))
      await connection.until(responses(1))
      await record(0)
      expect(reports).toEqual([
        { call: 'pick', input: { hashKey: 'shop', session: 'visit' } },
        { call: 'started', isRetry: false },
        { call: 'finished', outcome: 'failure', wasConnected: false, isRetry: false },
        { call: 'pick', input: { hashKey: 'shop', session: 'visit', excluded: new Set(['127.0.0.1:1']) } },
        { call: 'started', isRetry: true },
        { call: 'connected' },
        expect.objectContaining({ outcome: 'success', status: 200, wasConnected: true, isRetry: true }),
      ])
    })

    it.each([
      ['no retry', []],
      ['a retry', [1]],
    ])('counts a fresh connection for a lost kept one as what the attempt before it was: %s', async (_what, dead) => {
      const backend = await raw((connection, index) => {
        let seen = 0
        connection.socket.on('data', () => {
          seen += 1
          if (index === 0 && seen === 2) connection.reset()
          else connection.send(ok)
        })
      })
      const { upstream, reports } = reporting(portsInOrder(...dead, backend.port))
      const { client, record } = await open({
        route: head => forwardTo(head.path === '/first' ? portsInOrder(backend.port) : upstream),
      })
      const connection = await client()
      connection.send(get('/first'))
      await connection.until(responses(1))
      connection.send(get('/'))
      await connection.until(responses(2))
      await record(1)
      const told = reports.flatMap(report => {
        if (report.call === 'pick') return []
        return [report.call === 'started' ? `started ${report.isRetry}` : report.call]
      })
      const isRetry = dead.length > 0
      const attempt = [`started ${isRetry}`, 'connected', 'finished']
      expect(told).toEqual([...(isRetry ? ['started false', 'finished'] : []), ...attempt, ...attempt])
    })

    it('tells of a client that went away', async () => {
      const backend = await raw(() => {})
      const { upstream, reports } = reporting(portsInOrder(backend.port))
      const { client, record } = await open({ route: () => forwardTo(upstream) })
      const connection = await client()
      connection.send(get('/'))
      await (await backend.connection(0)).until('\r\n\r\n')
      connection.reset()
      await record(0)
      expect(reports.at(-1)).toEqual({ call: 'finished', outcome: 'aborted', wasConnected: true, isRetry: false })
    })

    it('keeps the status of an answer that breaks off', async () => {
      const backend = await raw(connection => {
        void connection
          .until('\r\n\r\n')
          .then(() => connection.send('HTTP/1.1 206 Partial Content\r\nContent-Length: 100\r\n\r\npart'))
      })
      const { upstream, reports } = reporting(portsInOrder(backend.port))
      const { client, record } = await open({ route: () => forwardTo(upstream) })
      const connection = await client()
      connection.send(get('/'))
      await connection.until('part')
      ;(await backend.connection(0)).reset()
      expect((await record(0)).attempts).toMatchObject([{ outcome: 'reset', status: 206 }])
      expect(reports.at(-1)).toMatchObject({ call: 'finished', outcome: 'failure', status: 206 })
    })

    it('ignores a throw of connected and of finished', async () => {
      const backend = await echo('a')
      const fail = (): never => {
        throw new Error('secret detail')
      }
      const { client, record } = await open({
        route: () => forwardTo({ ...portsInOrder(backend.port), connected: fail, finished: fail }),
      })
      const connection = await client()
      connection.send(request('POST', '/', ['Content-Length: 2'], 'hi'))
      expect(await connection.until(responses(1))).toMatch(/^HTTP\/1\.1 200 /)
      expect(await record(0)).toMatchObject({ status: 200, attempts: [{ outcome: 'answered' }] })
      expect(backend.requests[0]?.body).toBe('hi')
    })

    it('asks for a plain request with one and the same object, empty', async () => {
      const backend = await echo('a')
      const inputs: UpstreamPick[] = []
      const upstream = portsInOrder(backend.port)
      const { client } = await open({
        route: () =>
          forwardTo({
            ...upstream,
            pick: input => {
              inputs.push(input)
              return upstream.pick(input)
            },
          }),
      })
      const connection = await client()
      connection.send(get('/') + get('/'))
      await connection.until(responses(2))
      expect(inputs).toEqual([{}, {}])
      expect(inputs[0]).toBe(inputs[1])
    })
  })
}
