/** Pipelined requests over the wire engine, which parses one when the answer before it is given. */

import { describe, expect, it } from 'vitest'
import { wireDataPlane } from '../src/index.ts'
import { fixture, forwardTo, get, portsInOrder, responses } from './data-plane-contract/fixture.ts'

describe('pipelining over the wire engine', () => {
  const { open, raw, echo } = fixture(wireDataPlane)

  it('holds one request of a connection however many are in line, and answers all in order', async () => {
    const count = 20_000
    const held = Promise.withResolvers<void>()
    const holding = await raw(connection => {
      void connection
        .until('\r\n\r\n')
        .then(() => held.promise)
        .then(
          () => connection.send('HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nheld'),
          () => {},
        )
    })
    const { client, plane } = await open({
      route: head =>
        head.path === '/held'
          ? forwardTo(portsInOrder(holding.port))
          : {
              kind: 'respond',
              status: 200,
              reason: 'test',
              body: { contentType: 'text/plain', text: `${head.path};` },
            },
    })
    const connection = await client()
    connection.send(get('/held') + Array.from({ length: count }, (_, at) => get(`/${at}`)).join(''))
    await (await holding.connection(0)).until('\r\n\r\n')
    const other = await client()
    other.send(get('/other'))
    await other.until(responses(1))
    expect(plane.load().requests).toBe(1)
    held.resolve()
    const text = await connection.until(received => received.includes(`/${count - 1};`))
    expect(text.match(/\/[0-9]+;/g)).toEqual(Array.from({ length: count }, (_, at) => `/${at};`))
    expect(text).not.toMatch(/connection: close/i)
  })

  it('uses one backend connection for requests in line', async () => {
    const backend = await echo('a')
    const { client } = await open({ route: () => forwardTo(portsInOrder(backend.port)) })
    const connection = await client()
    connection.send(get('/1') + get('/2') + get('/3'))
    await connection.until(responses(3))
    expect(backend.requests.map(({ url }) => url)).toEqual(['/1', '/2', '/3'])
    expect(backend.connectionCount()).toBe(1)
  })
})
