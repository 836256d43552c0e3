/** Bodies pass through as they come, no faster than the receiver takes them, and end when either side ends. */

import { describe, expect, it } from 'vitest'
import { fixture, forwardTo, get, portsInOrder, request, responses, type DataPlaneFactory } from './fixture.ts'

export function streamingContract(factory: DataPlaneFactory): void {
  describe('streaming', () => {
    const { open, raw, echo } = fixture(factory)

    it('passes on each piece of an answer when it comes, the head alone included', async () => {
      const backend = await raw(() => {})
      const { client } = await open({ route: () => forwardTo(portsInOrder(backend.port)) })
      const connection = await client()
      connection.send(get('/'))
      const upstream = await backend.connection(0)
      await upstream.until('\r\n\r\n')
      upstream.send('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nX-Head: 1\r\n\r\n')
      await connection.until('X-Head: 1')
      upstream.send('3\r\none\r\n')
      await connection.until('one')
      upstream.send('3\r\ntwo\r\n0\r\n\r\n')
      expect(await connection.until('0\r\n\r\n')).toMatch(/3\r\none\r\n3\r\ntwo\r\n0\r\n\r\n$/)
    })

    it('passes on each piece of a request body when it comes', async () => {
      const backend = await raw(() => {})
      const { client } = await open({ route: () => forwardTo(portsInOrder(backend.port)) })
      const connection = await client()
      connection.send(request('POST', '/', ['Content-Length: 6'], 'one'))
      const upstream = await backend.connection(0)
      await upstream.until('one')
      connection.send('two')
      await upstream.until('onetwo')
    })

    it('does not read more from a backend than the client takes', async () => {
      const total = 64 * 1024 * 1024
      let written = 0
      const { promise: stuck, resolve: isStuck } = Promise.withResolvers<void>()
      const backend = await echo('big', (_incoming, response) => {
        response.writeHead(200, { 'Content-Length': total })
        const chunk = Buffer.alloc(64 * 1024)
        const more = (): void => {
          while (written < total) {
            written += chunk.length
            if (!response.write(chunk)) return void response.once('drain', more)
          }
          response.end()
        }
        more()
        // Stuck: nothing was written over many turns of the event loop.
        let last = -1
        let still = 0
        const watch = (): void => {
          still = written === last ? still + 1 : 0
          last = written
          if (still > 50) isStuck()
          else setTimeout(watch, 2)
        }
        watch()
        return true
      })
      const { client, record } = await open({ route: () => forwardTo(portsInOrder(backend.port)) })
      const connection = await client()
      connection.socket.pause()
      connection.send(get('/'))
      await stuck
      expect(written).toBeLessThan(total / 2)
      connection.socket.resume()
      await connection.until(text => text.length > total)
      expect(await record(0)).toMatchObject({ responseBytes: total })
    })

    it('cuts off a client that takes nothing', async () => {
      const backend = await echo('big', (_incoming, response) => {
        response.on('error', () => {})
        response.end(Buffer.alloc(32 * 1024 * 1024))
        return true
      })
      const { client, record } = await open({
        route: () => forwardTo(portsInOrder(backend.port)),
        limits: { writeIdleTimeoutMs: 100 },
      })
      const connection = await client()
      connection.socket.pause()
      connection.send(get('/'))
      expect(await record(0)).toMatchObject({ status: 200, attempts: [{ outcome: 'client-aborted' }] })
    })

    it.each(['before the answer', 'in the middle of the answer'])(
      'ends the upstream request when the client goes away %s',
      async when => {
        const backend = await raw(() => {})
        const upstreamOf = portsInOrder(backend.port)
        const { client, record } = await open({ route: () => forwardTo(upstreamOf) })
        const connection = await client()
        connection.send(get('/'))
        const upstream = await backend.connection(0)
        await upstream.until('\r\n\r\n')
        if (when !== 'before the answer') {
          upstream.send('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\npart')
          await connection.until('part')
        }
        connection.reset()
        await upstream.closed
        expect(await record(0)).toMatchObject({
          status: when === 'before the answer' ? 0 : 200,
          reason: 'client-aborted',
          attempts: [{ outcome: 'client-aborted' }],
        })
        expect(upstreamOf.calls.at(-1)).toMatch(/aborted$/)
      },
    )

    it('ends the upstream request when the client goes away in the middle of its body', async () => {
      const backend = await raw(() => {})
      const { client } = await open({ route: () => forwardTo(portsInOrder(backend.port)) })
      const connection = await client()
      connection.send(request('POST', '/', ['Content-Length: 100'], 'part'))
      const upstream = await backend.connection(0)
      await upstream.until('part')
      connection.reset()
      await upstream.closed
    })

    it('passes on 103 and keeps 100 to itself', async () => {
      const backend = await raw(connection => {
        void connection.until('\r\n\r\n').then(() => {
          connection.send(
            'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\nConnection: X\r\nX: 1\r\n\r\n',
          )
          connection.send('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok')
        })
      })
      const { client } = await open({ route: () => forwardTo(portsInOrder(backend.port)) })
      const connection = await client()
      connection.send(get('/'))
      expect(await connection.until('ok')).toMatch(
        /^HTTP\/1\.1 103 Early Hints\r\nLink: <\/a>\r\n\r\nHTTP\/1\.1 200 OK\r\n/,
      )
    })

    it('sends no interim answer to an HTTP/1.0 client', async () => {
      const backend = await raw(connection => {
        void connection
          .until('\r\n\r\n')
          .then(() => connection.send('HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'))
      })
      const { client } = await open({ route: () => forwardTo(portsInOrder(backend.port)) })
      const connection = await client()
      connection.send('GET / HTTP/1.0\r\nHost: site.test\r\n\r\n')
      expect((await connection.closed).received).toMatch(/^HTTP\/1\.1 200 OK\r\n/)
    })

    it.each([true, false])('gives trailers only to a client that said TE: trailers (%s)', async says => {
      const backend = await raw(connection => {
        void connection
          .until('\r\n\r\n')
          .then(() =>
            connection.send(
              'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n2\r\nok\r\n0\r\nX-Sum: 7\r\nSet-Cookie: a=1\r\n\r\n',
            ),
          )
      })
      const { client } = await open({ route: () => forwardTo(portsInOrder(backend.port)) })
      const connection = await client()
      connection.send(get('/', ...(says ? ['TE: trailers'] : [])))
      const text = await connection.until(received => /\r\n0\r\n([^]*\r\n)?\r\n$/.test(received))
      expect(text.includes('X-Sum: 7')).toBe(says)
      expect(text.includes('Trailer: X-Sum')).toBe(says)
      expect(text).not.toContain('Set-Cookie')
      expect(/\r\nTE: trailers\r\n/i.test(backend.connections[0]?.received() ?? '')).toBe(says)
    })

    it('frames HEAD, 204 and 304 answers as having no body and keeps the connections', async () => {
      const answers = [
        'HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n',
        'HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\n',
        'HTTP/1.1 304 Not Modified\r\nContent-Length: 50\r\nETag: "x"\r\n\r\n',
        'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok',
      ]
      const backend = await raw(connection => {
        connection.socket.on('data', () => connection.send(answers.shift() ?? ''))
      })
      const { client } = await open({ route: () => forwardTo(portsInOrder(backend.port)) })
      const connection = await client()
      connection.send(request('HEAD', '/', []))
      expect(await connection.until('\r\n\r\n')).toContain('Content-Length: 50')
      connection.send(get('/'))
      expect(await connection.until(/ 204 [^]*\r\n\r\n/.test.bind(/ 204 [^]*\r\n\r\n/))).not.toContain(
        'Content-Length: 5\r\n',
      )
      connection.send(get('/'))
      await connection.until(/ 304 [^]*\r\n\r\n/.test.bind(/ 304 [^]*\r\n\r\n/))
      connection.send(get('/'))
      expect(await connection.until('ok')).toMatch(/ETag: "x"[^]*HTTP\/1\.1 200 OK/)
    })

    it('chunks a body that the backend ends by closing', async () => {
      const backend = await raw(connection => {
        void connection.until('\r\n\r\n').then(() => {
          connection.send('HTTP/1.0 200 Fine\r\n\r\nall of it')
          connection.end()
        })
      })
      const { client } = await open({ route: () => forwardTo(portsInOrder(backend.port)) })
      const connection = await client()
      connection.send(get('/'))
      expect(await connection.until('0\r\n\r\n')).toMatch(
        /^HTTP\/1\.1 200 Fine\r\n[^]*\r\n9\r\nall of it\r\n0\r\n\r\n$/,
      )
    })

    it('keeps the connection after a short body nobody read, and serves the next request on it', async () => {
      const { client } = await open({ route: () => ({ kind: 'respond', status: 404, reason: 'none' }) })
      const connection = await client()
      connection.send(request('POST', '/', ['Content-Length: 5'], 'hello') + get('/next'))
      expect(await connection.until(responses(2))).not.toMatch(/connection: close/i)
    })

    it.each(['the proxy', 'a backend'])(
      'lets a client read an early answer of %s to a long body it is still sending',
      async who => {
        const backend = await raw(connection => {
          void connection
            .until('\r\n\r\n')
            .then(() => connection.send('HTTP/1.1 413 Too Big\r\nContent-Length: 2\r\n\r\nno'))
        })
        const { client } = await open({
          route: () =>
            who === 'the proxy'
              ? { kind: 'respond', status: 413, reason: 'too-big' }
              : forwardTo(portsInOrder(backend.port)),
        })
        const connection = await client()
        connection.send(request('POST', '/', ['Content-Length: 5000000'], 'x'.repeat(5_000_000)))
        const { received, wasReset } = await connection.closed
        expect(received).toMatch(/^HTTP\/1\.1 413 [^]*Connection: close/)
        expect(wasReset).toBe(false)
      },
    )
  })
}
