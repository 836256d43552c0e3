/** Fields that a route adds to answers. */

import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { defaultRetryRules, type AnsweredBy, type ForwardDecision, type Upstream } from '../../src/index.ts'
import { fixture, forwardTo, get, portsInOrder, request, responses, type DataPlaneFactory } from './fixture.ts'

const key = 'dGhlIHNhbXBsZSBub25jZQ=='
const accept = createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64')
const cookie: NonNullable<ForwardDecision['answerHeaders']> = ({ session = 'none' }) => [
  ['Set-Cookie', `route=${session}`],
  ['Vary', 'Cookie'],
]

/** Gives a session with each pick, one after another; `undefined`: a pick without. */
const withSessions = (upstream: Upstream, ...sessions: readonly (string | undefined)[]): Upstream => {
  const left = [...sessions]
  return {
    ...upstream,
    pick: input => {
      const picked = upstream.pick(input)
      const session = left.shift()
      return picked.kind === 'none' || session === undefined ? picked : { ...picked, session }
    },
  }
}

export function answerHeadersContract(factory: DataPlaneFactory): void {
  describe('answer headers', () => {
    const { open, echo, raw } = fixture(factory)

    it('are added beside what the backend sent, once, for its endpoint and its session', async () => {
      const backend = await raw(connection => {
        void connection
          .until('\r\n\r\n')
          .then(() =>
            connection.send('HTTP/1.1 200 OK\r\nSet-Cookie: a=b\r\nVary: Accept\r\nContent-Length: 2\r\n\r\nok'),
          )
      })
      const answers: AnsweredBy[] = []
      const upstream = withSessions(portsInOrder(backend.port), 'visit-1')
      const { client } = await open({
        route: () =>
          forwardTo(upstream, {
            answerHeaders: answer => {
              answers.push(answer)
              return cookie(answer)
            },
          }),
      })
      const connection = await client()
      connection.send(get('/'))
      const text = await connection.until(responses(1))
      expect(text).toMatch(/^HTTP\/1\.1 200 OK\r\n[^]*\r\n\r\nok$/)
      expect(text.match(/(?<=\r\n)Set-Cookie: .*(?=\r)/g)).toEqual(['Set-Cookie: a=b', 'Set-Cookie: route=visit-1'])
      expect(text.match(/(?<=\r\n)Vary: .*(?=\r)/g)).toEqual(['Vary: Accept', 'Vary: Cookie'])
      expect(answers).toEqual([
        {
          endpoint: { key: `127.0.0.1:${backend.port}`, address: '127.0.0.1', port: backend.port },
          session: 'visit-1',
        },
      ])
    })

    it.each([
      ['another session of the retry', ['first', 'second'], 'second'],
      ['no session of the retry', ['first', undefined], 'first'],
      ['no session at all', [], 'none'],
    ])('name the endpoint that answered after a retry, with %s', async (_what, sessions, expected) => {
      const backend = await echo('a')
      const endpoints: string[] = []
      const upstream = withSessions(portsInOrder(1, backend.port), ...sessions)
      const { client } = await open({
        route: () =>
          forwardTo(upstream, {
            answerHeaders: answer => {
              endpoints.push(answer.endpoint.key)
              return cookie(answer)
            },
          }),
      })
      const connection = await client()
      connection.send(get('/'))
      expect(await connection.until(responses(1))).toContain(`\r\nSet-Cookie: route=${expected}\r\n`)
      expect(endpoints).toEqual([`127.0.0.1:${backend.port}`])
    })

    it.each([
      ['HEAD', '200 OK\r\nContent-Length: 5'],
      ['GET', '204 No Content'],
      ['GET', '304 Not Modified'],
      ['GET', '200 OK\r\nConnection: X-Hop\r\nX-Hop: 1\r\nContent-Length: 0'],
      ['GET', '503 Service Unavailable\r\nContent-Length: 0'],
    ])('are added to an answer to %s with %j', async (method, head) => {
      const backend = await raw(connection => {
        void connection.until('\r\n\r\n').then(() => connection.send(`HTTP/1.1 ${head}\r\n\r\n`))
      })
      const { client } = await open({
        route: () => forwardTo(portsInOrder(backend.port), { answerHeaders: cookie }),
      })
      const connection = await client()
      connection.send(request(method, '/', []))
      expect(await connection.until('\r\n\r\n')).toMatch(/\r\nVary: Cookie\r\n/)
    })

    it('are added to a chunked answer and to one that ends with its connection', async () => {
      const backend = await raw((connection, index) => {
        void connection.until('\r\n\r\n').then(() => {
          if (index === 0)
            return connection.send(
              'HTTP/1.1 200 OK\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n',
            )
          connection.send('HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nok')
          connection.end()
        })
      })
      const { client } = await open({
        route: () => forwardTo(portsInOrder(backend.port), { answerHeaders: cookie }),
      })
      const connection = await client()
      for (const count of [1, 2]) {
        connection.send(get('/'))
        const text = await connection.until(received => received.split('0\r\n\r\n').length > count)
        expect(text.match(/\r\nVary: Cookie\r\n/g)).toHaveLength(count)
      }
    })

    it('are added to a 101', async () => {
      const backend = await raw(connection => {
        void connection
          .until('\r\n\r\n')
          .then(() =>
            connection.send(
              `HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: ${accept}\r\n\r\nFIRST`,
            ),
          )
      })
      const upstream = withSessions(portsInOrder(backend.port), 'visit-1')
      const { client, record } = await open({ route: () => forwardTo(upstream, { answerHeaders: cookie }) })
      const connection = await client()
      const handshake = [
        'Connection: Upgrade',
        'Upgrade: websocket',
        `Sec-WebSocket-Key: ${key}`,
        'Sec-WebSocket-Version: 13',
      ]
      connection.send(request('GET', '/', handshake))
      const text = await connection.until('FIRST')
      expect(text).toMatch(/^HTTP\/1\.1 101 [^]*\r\nSet-Cookie: route=visit-1\r\nVary: Cookie\r\n\r\nFIRST$/)
      connection.reset()
      expect((await record(0)).attempts).toMatchObject([{ outcome: 'answered', status: 101 }])
    })

    it('are asked for neither for interim answers, nor for dropped ones, nor for those of the proxy itself', async () => {
      const failing = await raw(connection => {
        void connection.until('\r\n\r\n').then(() => connection.send('HTTP/1.1 503 No\r\nContent-Length: 0\r\n\r\n'))
      })
      const hinting = await raw(connection => {
        void connection
          .until('\r\n\r\n')
          .then(() =>
            connection.send(
              'HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok',
            ),
          )
      })
      let asked = 0
      const { client, record } = await open({
        route: head =>
          forwardTo(head.path === '/none' ? portsInOrder(1) : portsInOrder(failing.port, hinting.port), {
            retry: { ...defaultRetryRules, statuses: new Set([503]) },
            answerHeaders: answer => {
              asked += 1
              return cookie(answer)
            },
          }),
      })
      const connection = await client()
      connection.send(get('/none'))
      expect(await connection.until(responses(1))).toMatch(/^HTTP\/1\.1 502 (?![^]*Vary)/)
      expect(asked).toBe(0)
      connection.send(get('/'))
      const text = await connection.until('\r\n\r\nok')
      expect(asked).toBe(1)
      expect(text.split('Vary: Cookie')).toHaveLength(2)
      expect(text).toMatch(/HTTP\/1\.1 200 OK\r\n[^]*Vary: Cookie/)
      expect(await record(1)).toMatchObject({ attempts: [{ outcome: 'status-retried' }, { outcome: 'answered' }] })
    })

    it('are left out where they cannot be sent or would frame the message, and the others stay', async () => {
      const backend = await echo('a')
      const { client } = await open({
        route: () =>
          forwardTo(portsInOrder(backend.port), {
            answerHeaders: () => [
              ['X-Split', 'a\r\nX-Injected: b'],
              ['X Bad', 'a'],
              ['Content-Length', '9'],
              ['Transfer-Encoding', 'chunked'],
              ['Connection', 'close'],
              ['X-Good', 'yes'],
            ],
          }),
      })
      const connection = await client()
      connection.send(get('/') + get('/'))
      const text = await connection.until(responses(2))
      expect(text.match(/\r\nX-Good: yes\r\n/g)).toHaveLength(2)
      expect(text).not.toMatch(/X-Split|X-Injected|X Bad|Content-Length: 9|Connection: close/i)
    })

    it('do no harm when they throw', async () => {
      const backend = await echo('a')
      const { client, record } = await open({
        route: () =>
          forwardTo(portsInOrder(backend.port), {
            answerHeaders: () => {
              throw new Error('secret detail')
            },
          }),
      })
      const connection = await client()
      connection.send(get('/'))
      expect(await connection.until(responses(1))).toMatch(/^HTTP\/1\.1 200 /)
      expect(await record(0)).toMatchObject({ status: 200, attempts: [{ outcome: 'answered' }] })
    })

    it('of a redirect go with its Location', async () => {
      const { client } = await open({
        route: () => ({
          kind: 'redirect',
          status: 302,
          location: 'https://site.test/zh',
          reason: 'language',
          headers: [['Vary', 'Accept-Language']],
        }),
      })
      const connection = await client()
      connection.send(get('/'))
      expect(await connection.until(responses(1))).toMatch(
        /\r\nLocation: https:\/\/site\.test\/zh\r\nVary: Accept-Language\r\n/,
      )
    })
  })
}
