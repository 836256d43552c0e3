/** Pipelined requests over node:http, which parses them all before the first is answered. */

import { once } from 'node:events'
import { describe, expect, it } from 'vitest'
import { httpProxy3DataPlane } from '../src/index.ts'
import { fixture, forwardTo, get, portsInOrder, responses } from './data-plane-contract/fixture.ts'

describe('pipelining over http-proxy-3', () => {
  const { open, raw } = fixture(httpProxy3DataPlane)

  it('holds at most 17 requests of a connection, answers these in order and closes it', async () => {
    const backend = await raw(connection => {
      void connection.until('\r\n\r\n').then(
        () => connection.send('HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok'),
        () => {},
      )
    })
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
    const { client, plane, records, record } = await open({
      route: head => forwardTo(portsInOrder(head.path === '/held' ? holding.port : backend.port)),
    })
    const connection = await client()
    connection.send(get('/held') + Array.from({ length: 20_000 }, (_, at) => get(`/${at}`)).join(''))
    await (await holding.connection(0)).until('\r\n\r\n')
    const other = await client()
    other.send(get('/other'))
    await other.until(responses(1))
    expect(plane.load().requests).toBe(17)
    held.resolve()
    const text = await connection.until(responses(17))
    expect(text.match(/held|ok/g)?.length).toBe(17)
    expect(text.indexOf('held')).toBeLessThan(text.indexOf('ok'))
    expect(text.match(/connection: close/gi)).toHaveLength(1)
    if (!connection.socket.readableEnded) await once(connection.socket, 'end')
    connection.socket.destroy()
    await connection.closed
    await record(17)
    expect(records.filter(({ status }) => status === 200)).toHaveLength(18)
    expect(plane.load().requests).toBe(0)
  })

  it('reports every request in line when the connection goes away', async () => {
    const backend = await raw(() => {})
    const { client, record, plane } = await open({ route: () => forwardTo(portsInOrder(backend.port)) })
    const connection = await client()
    connection.send(get('/1') + get('/2') + get('/3') + 'CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\n')
    await connection.closed
    expect((await record(3)).status).toBe(0)
    expect(plane.load().requests).toBe(0)
  })
})
