import { afterEach, describe, expect, it } from 'vitest'
import {
  serveConnections,
  socketOf,
  serverLimits,
  type Served,
  type ServedOptions,
} from '../test/support/served-connections.ts'
import { until } from '../test/support/until.ts'

const get = (path: string): string => `GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`
const postHead = (length: number): string => `POST / HTTP/1.1\r\nHost: a\r\nContent-Length: ${length}\r\n\r\n`
const answer = (text: string): string => `HTTP/1.1 200 OK\r\nContent-Length: ${text.length}\r\n\r\n${text}`
const timedOut = 'HTTP/1.1 408 x\r\nConnection: close\r\nContent-Length: 0\r\n\r\n'
/** More than the kernel takes for a client that reads nothing. */
const large = 'x'.repeat(24_000_000)

describe.each(['shared-buffer', 'data-events'] as const)('a ServerConnection with %s', clientReads => {
  let served: Served | undefined
  const serve = async (options: Omit<ServedOptions, 'clientReads'> = {}): Promise<Served> => {
    served = await serveConnections({ clientReads, ...options })
    return served
  }
  afterEach(() => served?.close())

  describe('whose time is up', () => {
    it('answers 408 to a head that drips in, and closes', async () => {
      const server = await serve()
      const client = await server.connect()
      for (const piece of ['GET', ' / HT', 'TP/1.1\r\n', 'Host: ']) {
        const before = socketOf(server.connections[0]).bytesRead
        client.send(piece)
        await until(() => socketOf(server.connections[0]).bytesRead === before + piece.length)
        server.passAlmost(serverLimits.headTimeoutMs / 4)
      }
      expect(server.refusals).toEqual([])
      server.pass(200)
      expect(await client.closed).toEqual({ received: timedOut, wasReset: false })
      expect(server.refusals).toEqual(['head-timeout 408'])
    })

    it('answers 408 to a later head that drips in, counted from its first octet', async () => {
      const server = await serve({ on: (request, event) => event === 'run' && request.answer('') })
      const client = await server.connect()
      client.send(get('/'))
      await client.until(answer(''))
      server.passAlmost(serverLimits.idleTimeoutMs)
      client.send('G')
      await until(() => !(server.connections[0]?.isIdle ?? true))
      server.passAlmost(serverLimits.headTimeoutMs)
      expect(server.refusals).toEqual([])
      server.pass(1)
      expect(await client.closed).toEqual({ received: answer('') + timedOut, wasReset: false })
    })

    it('closes without a word and without a reset when nothing ever came', async () => {
      const server = await serve()
      const client = await server.connect()
      server.passAlmost(serverLimits.headTimeoutMs)
      expect(server.connections[0]?.isIdle).toBe(true)
      server.pass(1)
      expect(await client.closed).toEqual({ received: '', wasReset: false })
      await until(() => server.closedCount() === 1)
    })

    it('closes without a reset when it is idle', async () => {
      const server = await serve({ on: (request, event) => event === 'run' && request.answer('a') })
      const client = await server.connect()
      client.send(get('/'))
      await client.until(answer('a'))
      server.passAlmost(serverLimits.idleTimeoutMs)
      server.pass(1)
      expect(await client.closed).toEqual({ received: answer('a'), wasReset: false })
      expect(server.refusals).toEqual([])
    })

    it('tells the handler of a client that is silent in a body that is wanted, and only then', async () => {
      const server = await serve()
      const client = await server.connect()
      client.send(`${postHead(5)}a`)
      await until(() => server.requests.length === 1)
      const request = server.requests[0]
      server.pass(10 * serverLimits.bodyIdleTimeoutMs)
      expect(request?.events).toEqual(['run'])
      request?.connection.readBody()
      await until(() => request?.body === 'a')
      server.passAlmost(serverLimits.bodyIdleTimeoutMs)
      client.send('b')
      await until(() => request?.body === 'ab')
      server.passAlmost(serverLimits.bodyIdleTimeoutMs)
      expect(request?.events).toEqual(['run'])
      server.pass(1)
      expect(request?.events).toEqual(['run', 'timed out: body'])
    })

    it('tells the handler of a client that takes nothing of what was written', async () => {
      const server = await serve()
      const client = await server.connect()
      client.socket.pause()
      client.send(get('/'))
      await until(() => server.requests.length === 1)
      const request = server.requests[0]
      expect(request?.connection.writeText(large)).toBe(false)
      server.passAlmost(serverLimits.writeIdleTimeoutMs)
      expect(request?.events).toEqual(['run'])
      server.pass(1)
      expect(request?.events).toEqual(['run', 'timed out: write'])
    })

    it('is gone when the client does not take its last answer', async () => {
      const server = await serve({ on: (request, event) => event === 'run' && request.answer(large, 'close') })
      const client = await server.connect()
      client.socket.pause()
      client.send(get('/'))
      await until(() => server.requests.length === 1)
      server.pass(serverLimits.writeIdleTimeoutMs)
      await until(() => server.closedCount() > 0)
      expect(server.requests[0]?.events).toEqual(['run'])
    })

    it('closes, when retired, as soon as it is idle for the grace, and lets a request finish before', async () => {
      const server = await serve()
      const client = await server.connect()
      client.send(get('/'))
      await until(() => server.requests.length === 1)
      server.connections[0]?.retire(500)
      server.pass(5000)
      server.requests[0]?.answer('late')
      await client.until(answer('late'))
      server.pass(500)
      expect(await client.closed).toEqual({ received: answer('late'), wasReset: false })
    })
  })

  describe('whose client closes', () => {
    it('answers a whole request that FIN follows (RFC 9112 §9.6)', async () => {
      const server = await serve()
      const client = await server.connect()
      client.send(get('/'))
      client.end()
      await until(() => !(server.requests[0]?.connection.canContinue ?? true))
      server.requests[0]?.answer('here')
      expect(await client.closed).toEqual({ received: answer('here'), wasReset: false })
    })

    it('takes FIN in a body that is read for an abort, and closes', async () => {
      const server = await serve({ on: (request, event) => event === 'run' && request.connection.readBody() })
      const client = await server.connect()
      client.send(`${postHead(5)}abc`)
      client.end()
      await until(() => server.closedCount() === 1)
      expect(server.requests[0]?.events).toEqual(['run', 'closed'])
      expect((await client.closed).received).toBe('')
    })

    it('takes FIN in a chunked body for an abort', async () => {
      const server = await serve({ on: (request, event) => event === 'run' && request.connection.readBody() })
      const client = await server.connect()
      client.send('POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n')
      client.end()
      await until(() => server.closedCount() === 1)
      expect(server.requests[0]?.events).toEqual(['run', 'closed'])
    })

    it.each([
      ['idle', ''],
      ['in the middle of a head', 'GET / HTTP/1.1\r\nHo'],
    ])('closes too when %s', async (_, text) => {
      const server = await serve()
      const client = await server.connect()
      client.send(text)
      client.end()
      expect(await client.closed).toEqual({ received: '', wasReset: false })
      await until(() => server.closedCount() === 1)
    })

    it('tells the handler of a reset', async () => {
      const server = await serve()
      const client = await server.connect()
      client.send(get('/'))
      await until(() => server.requests.length === 1)
      client.reset()
      await until(() => server.closedCount() === 1)
      expect(server.requests[0]?.events).toEqual(['run', 'closed'])
    })

    it('is reset with `reset`, so that the answer cannot be taken for complete', async () => {
      const server = await serve()
      const client = await server.connect()
      client.send(get('/'))
      await until(() => server.requests.length === 1)
      server.connections[0]?.reset()
      expect((await client.closed).wasReset).toBe(true)
    })
  })

  describe('with a body that nobody reads', () => {
    it('drops the rest of a short one, and serves the next request', async () => {
      const server = await serve({ on: (request, event) => event === 'run' && request.answer('') })
      const client = await server.connect()
      client.send(`${postHead(60_000)}abc`)
      await client.until(answer(''))
      client.send(`${'GET / HTTP/1.1\r\n'.repeat(4000).slice(0, 59_997)}${get('/next')}`)
      await client.until(answer('').repeat(2))
      expect(server.requests.map(({ head }) => head.rawTarget)).toEqual(['/', '/next'])
    })

    it('says that it cannot continue after a long or a chunked one', async () => {
      const server = await serve()
      for (const [index, head] of [
        postHead(65_537),
        postHead(0).replace('Content-Length: 0', 'Transfer-Encoding: chunked'),
      ].entries()) {
        const client = await server.connect()
        client.send(head)
        await until(() => server.requests.length === index + 1)
        expect(server.requests[index]?.connection.canContinue).toBe(false)
      }
    })

    it('lets a client that still sends read its answer, without a reset (RFC 9112 §9.6)', async () => {
      const server = await serve({ on: (request, event) => event === 'run' && request.answer('no', 'close') })
      const client = await server.connect()
      client.send(`${postHead(10_000_000)}${'x'.repeat(10_000_000)}`)
      await client.until(answer('no'))
      expect(await client.closed).toEqual({ received: answer('no'), wasReset: false })
      expect(server.requests.length).toBe(1)
      await until(() => server.closedCount() === 1)
    })

    it('ends, lingering, when the client goes on for too long', async () => {
      const server = await serve({ on: (request, event) => event === 'run' && request.answer('no', 'close') })
      const client = await server.connect()
      client.socket.allowHalfOpen = true
      client.send(postHead(10_000_000))
      await client.until(answer('no'))
      server.passAlmost(serverLimits.lingerMs)
      expect(server.closedCount()).toBe(0)
      server.pass(1)
      await until(() => server.closedCount() === 1)
    })
  })

  describe('under pressure', () => {
    it('stops the client while the body is paused, and goes on afterwards', async () => {
      const server = await serve({
        on: (request, event) => {
          if (event === 'run') request.connection.readBody()
          if (event === 'body' && request.bodyBytes < 1_000_000) request.connection.pauseBody()
        },
      })
      const client = await server.connect()
      client.send(postHead(large.length))
      let isTaken = false
      client.socket.write(large, 'latin1', () => {
        isTaken = true
      })
      await until(() => (server.requests[0]?.bodyBytes ?? 0) > 0)
      const request = server.requests[0]
      const taken = request?.bodyBytes
      // Some exchanges on other connections later it is still where it was.
      for (let round = 0; round < 5; round++) {
        const other = await server.connect()
        other.send('GET / HTTP/1.1\r\n\r\n')
        await other.closed
      }
      expect([isTaken, request?.bodyBytes]).toEqual([false, taken])
      while (request !== undefined && request.bodyBytes < 1_000_000) {
        const { bodyBytes } = request
        request.connection.readBody()
        await until(() => request.bodyBytes > bodyBytes)
      }
      await until(() => request?.events.includes('ended') ?? false)
      expect([isTaken, request?.bodyBytes]).toEqual([true, large.length])
    })

    it('says when to wait with writing, and when to go on', async () => {
      const server = await serve()
      const client = await server.connect()
      client.socket.pause()
      client.send(get('/'))
      await until(() => server.requests.length === 1)
      const request = server.requests[0]
      expect(request?.connection.writeText('small')).toBe(true)
      expect(request?.connection.writeText(large)).toBe(false)
      expect([request?.connection.isWriting, request?.events]).toEqual([true, ['run']])
      client.socket.resume()
      await until(() => request?.events.includes('drained') ?? false)
      expect(request?.connection.isWriting).toBe(false)
    })
  })
})
