import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { afterEach, expect, it } from 'vitest'
import { eventually } from './eventually.ts'
import { expectedAnswer } from './pod.ts'
import { type SteadyLoad, steadyLoad } from './steady-load.ts'

type Answering = (request: IncomingMessage, response: ServerResponse) => unknown

const opened: { load?: SteadyLoad; server?: Server } = {}

afterEach(async () => {
  await opened.load?.stop()
  opened.server?.closeAllConnections()
  opened.server?.close()
})

/** One client of each method, whose connections lead to a server with this answer, or nowhere. */
async function loadOn(answer: Answering | 'nobody'): Promise<SteadyLoad> {
  const server = createServer(answer === 'nobody' ? undefined : answer)
  opened.server = server
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  opened.load = steadyLoad({
    host: 'site.test',
    getClients: 1,
    postClients: 1,
    intervalMs: 5,
    connections: 'kept',
    connect: () => {
      if (answer === 'nobody') throw new Error('no replica is ready')
      return { replica: { name: 'a' }, socket: connect(port, '127.0.0.1') }
    },
  })
  return opened.load
}

const echo: Answering = (request, response) => {
  const chunks: Buffer[] = []
  request.on('data', (chunk: Buffer) => chunks.push(chunk))
  request.on('end', () =>
    response.end(expectedAnswer(request.method ?? '', request.url ?? '', Buffer.concat(chunks).toString())),
  )
}

it('counts no right answer as a loss, and keeps its connections', async () => {
  const ports = new Set<number | undefined>()
  const load = await loadOn((request, response) => {
    ports.add(request.socket.remotePort)
    echo(request, response)
  })
  await eventually(() => expect(load.answered()).toBeGreaterThan(20), 10_000)
  await load.stop()
  expect(load.losses()).toEqual([])
  expect(load.answered()).toBe(load.sent())
  expect(ports.size).toBe(2)
})

it.each([
  ['another status than 2xx', (_request, response) => response.writeHead(502).end(), /^status 502$/],
  [
    'another answer than its own',
    (_request, response) => response.end('GET /other '),
    /^the answer to another request$/,
  ],
  ['a connection that breaks before the answer', request => request.socket.destroy(), /hang up|ECONNRESET|EPIPE/],
  [
    'an answer that is cut',
    (_request, response) => response.writeHead(200, { 'Content-Length': 100 }).write('x', () => response.destroy()),
    /^cut answer/,
  ],
] as const satisfies readonly (readonly [string, Answering, RegExp])[])(
  'counts %s as a loss of the replica that the connection led to',
  async (_what, answer, told) => {
    const load = await loadOn(answer)
    await eventually(() => expect(load.lostBy().get('a')).toBeGreaterThan(4), 10_000)
    await load.stop()
    expect(load.answered()).toBe(0)
    for (const { what } of load.losses()) expect(what).toMatch(told)
    expect(new Set(load.losses().map(({ method }) => method))).toEqual(new Set(['GET', 'POST']))
  },
)

it('counts a request that found nobody to connect to as a loss', async () => {
  const load = await loadOn('nobody')
  await eventually(() => expect(load.lostBy().get('none')).toBeGreaterThan(4), 10_000)
  expect(load.losses()[0]).toMatchObject({ connection: 'none', what: expect.stringContaining('no replica is ready') })
})
