import { afterEach, describe, expect, it } from 'vitest'
import {
  serveConnections,
  socketOf,
  type Served,
  type ServedOptions,
  type ServedRequest,
} from '../test/support/served-connections.ts'
import { until } from '../test/support/until.ts'

const get = (path: string, fields = ''): string => `GET ${path} HTTP/1.1\r\nHost: a\r\n${fields}\r\n`
const post = (path: string, body: string): string =>
  `POST ${path} HTTP/1.1\r\nHost: a\r\nContent-Length: ${body.length}\r\n\r\n${body}`
const answer = (text: string): string => `HTTP/1.1 200 OK\r\nContent-Length: ${text.length}\r\n\r\n${text}`

/** Reads whatever body there is, and answers with the path and the body. */
function echo(request: ServedRequest, event: string): void {
  const isDone = event === 'ended' || (event === 'run' && request.connection.isBodyRead)
  if (isDone) request.answer(`${request.head.rawTarget}=${request.body}`)
  else if (event === 'run') request.connection.readBody()
}

describe.each(['shared-buffer', 'data-events'] as const)('ServerConnection with %s', clientReads => {
  let served: Served | undefined
  const serve = async (options: Omit<ServedOptions, 'clientReads'> = {}): Promise<Served> => {
    served = await serveConnections({ clientReads, ...options })
    return served
  }
  afterEach(() => served?.close())

  describe('requests', () => {
    it('are served one after another on one connection', async () => {
      const server = await serve({ on: echo })
      const client = await server.connect()
      let expected = ''
      for (const path of ['/1', '/2', '/3']) {
        client.send(get(path))
        expected += answer(`${path}=`)
        expect(await client.until(text => text.length >= expected.length)).toBe(expected)
      }
      expect(server.connections.length).toBe(1)
      expect(server.connections[0]?.requestCount).toBe(3)
      expect(server.connections[0]?.isIdle).toBe(true)
    })

    it('that are pipelined are served in order, each after the answer before it', async () => {
      const server = await serve()
      const client = await server.connect()
      client.send(get('/1') + post('/2', 'body') + get('/3'))
      await until(() => server.requests.length === 1)
      // A whole exchange on another connection later the second has still not been begun.
      const other = await server.connect()
      other.send(get('/other'))
      await until(() => server.requests.length === 2)
      server.requests[1]?.answer('')
      await other.until(answer(''))
      expect(server.requests.map(({ head }) => head.rawTarget)).toEqual(['/1', '/other'])

      server.requests[0]?.answer('first')
      await until(() => server.requests.length === 3)
      const second = server.requests[2]
      expect(second?.connection.isPipelined).toBe(true)
      second?.connection.readBody()
      expect([second?.body, second?.events]).toEqual(['body', ['run', 'ended']])
      second?.answer('second')
      await until(() => server.requests.length === 4)
      server.requests[3]?.answer('third')
      const expected = answer('first') + answer('second') + answer('third')
      expect(await client.until(text => text.length >= expected.length)).toBe(expected)
    })

    it('that are pipelined before FIN are all answered (RFC 9112 §9.3.2)', async () => {
      const server = await serve()
      const client = await server.connect()
      client.send(get('/1') + get('/2'))
      client.end()
      await until(() => server.requests.length === 1)
      // Enough turns for the FIN to be seen, were it read.
      const other = await server.connect()
      other.send(get('/other'))
      await until(() => server.requests.length === 2)
      server.requests[0]?.answer('first')
      await until(() => server.requests.length === 3 || server.closedCount() > 0)
      server.requests[2]?.answer('second')
      expect(await client.closed).toEqual({ received: answer('first') + answer('second'), wasReset: false })
    })

    it('are not begun without end for a client that takes no answer', async () => {
      const text = 'x'.repeat(10_000)
      const server = await serve({ on: request => request.answer(text) })
      const client = await server.connect()
      client.socket.pause()
      const count = 4000
      let isSent = false
      client.socket.write(get('/').repeat(count), () => {
        isSent = true
      })
      const connection = server.connections[0]
      let turns = 0
      await until(() => turns++ > 3000 || server.requests.length === count)
      expect(socketOf(connection).writableLength).toBeLessThan(2_000_000)
      client.socket.resume()
      const total = count * answer(text).length
      await until(() => client.socket.bytesRead === total)
      expect([isSent, server.requests.length]).toEqual([true, count])
    })

    it('of HTTP/1.0 are read, and `close` ends the connection after the answer', async () => {
      const server = await serve({ on: (request, event) => event === 'run' && request.answer('old', 'close') })
      const client = await server.connect()
      client.send('GET / HTTP/1.0\r\n\r\n')
      expect(await client.closed).toEqual({ received: answer('old'), wasReset: false })
      expect(server.requests[0]?.head).toMatchObject({ httpVersion: '1.0', writtenHost: undefined })
      await until(() => server.closedCount() === 1)
    })

    it('that are refused get the answer of the owner and a close, and nothing after them is read', async () => {
      const server = await serve({ on: echo })
      const client = await server.connect()
      client.send(`${get('/1')}GET / HTTP/1.1\r\nHost : a\r\n\r\n${get('/2')}`)
      const { received, wasReset } = await client.closed
      expect(received).toBe(`${answer('/1=')}HTTP/1.1 400 x\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
      expect(wasReset).toBe(false)
      expect(server.refusals).toEqual(['space-before-colon 400'])
      expect(server.requests.length).toBe(1)
    })
  })

  describe('heads and bodies', () => {
    const wire =
      get('/1') +
      post('/2', 'hello') +
      `\r\nPUT /3 HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3;a="b"\r\nabc\r\n2\r\nde\r\n0\r\nX: y\r\n\r\n` +
      post('/4', '') +
      get('/5')
    const expected = ['/1=', '/2=hello', '/3=abcde', '/4=', '/5='].map(answer).join('')

    it.each([1, 2, 7, 64])('are read the same in pieces of %d octets', async size => {
      const server = await serve({ on: echo })
      const client = await server.connect()
      for (let at = 0; at < wire.length; at += size) {
        client.send(wire.slice(at, at + size))
        // Each piece is a read of its own.
        const sent = Math.min(at + size, wire.length)
        await until(() => socketOf(server.connections[0]).bytesRead === sent)
      }
      expect(await client.until(text => text.length >= expected.length)).toBe(expected)
      expect(server.requests[2]?.trailers?.flat).toEqual(['X', 'y'])
    })

    it('that are long arrive whole, by length and chunked', async () => {
      const server = await serve({
        on: (request, event) => {
          if (event === 'run') request.connection.readBody()
          if (event === 'ended') request.answer(String(request.bodyBytes))
        },
      })
      const client = await server.connect()
      const body = 'x'.repeat(3_000_000)
      client.send(post('/', body))
      await client.until(answer('3000000'))
      const chunks = `${(1_000_000).toString(16)}\r\n${'y'.repeat(1_000_000)}\r\n`.repeat(3)
      client.send(`POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n${chunks}0\r\n\r\n`)
      await client.until(text => text === answer('3000000').repeat(2))
    })

    it.each([
      ['malformed', 'x\r\n', 'refused 400'],
      ['beyond a bound', `1;${'a'.repeat(5000)}\r\n`, 'refused 413'],
    ])('of chunks that are %s are refused', async (_, chunk, event) => {
      const server = await serve({ on: (request, told) => told === 'run' && request.connection.readBody() })
      const client = await server.connect()
      client.send(`POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n${chunk}`)
      await until(() => server.requests[0]?.events.includes(event) ?? false)
      server.requests[0]?.answer('no', 'close')
      expect(await client.closed).toEqual({ received: answer('no'), wasReset: false })
    })
  })
})
