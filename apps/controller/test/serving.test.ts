/** What requests get from a running controller: shares of endpoints, error answers, headers and the canonical path. */

import { echoBackend, rawClient, type EchoBackend, type EchoedRequest } from '@ingresskit/testkit'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { eventually } from './command/support/eventually.ts'
import { ask, type Answer, type RequestOptions } from './command/support/http-client.ts'
import { killCommands, startServe, type RunningServer } from './command/support/ingresskit-process.ts'
import { manifestFolder, removeManifestFolders, service } from './command/support/manifests.ts'
import { endpointSlice, ingressOf, serviceOf } from './support/kubernetes-objects.ts'

/** Ports below 1024 that nothing listens on: every connection is refused. */
const refused = [1, 2, 3, 4] as const

let three: readonly EchoBackend[]
let admin: EchoBackend
let server: RunningServer

beforeAll(async () => {
  three = await Promise.all(['one', 'two', 'three'].map(name => echoBackend({ name })))
  admin = await echoBackend({ name: 'admin' })
  const ports = three.map(({ port }) => port)
  const [first = 0] = ports
  const { path } = await manifestFolder({
    'services.yaml': [
      ...service('web', ports),
      ...service('empty', []),
      ...service('dead', refused.slice(0, 3)),
      ...service('half-dead', [...refused.slice(0, 2), first]),
      ...service('fallback', [admin.port]),
      serviceOf('named', { ports: { http: 80, admin: 9000 } }),
      endpointSlice({ service: 'named', ports: { http: first, admin: admin.port } }),
    ],
    'ingresses.yaml': [
      ingressOf({ name: 'web', host: 'web.test', paths: [{ service: 'web' }] }),
      ingressOf({
        name: 'broken',
        host: 'broken.test',
        paths: [
          { path: '/absent', service: 'absent-service' },
          { path: '/empty', service: 'empty' },
          { path: '/dead', service: 'dead' },
          { path: '/half-dead', service: 'half-dead' },
          { path: '/no-port', service: 'named', port: 81 },
          { path: '/no-port-name', service: 'named', port: 'absent' },
        ],
      }),
      ingressOf({
        name: 'named',
        host: 'named.test',
        paths: [
          { path: '/by-name', service: 'named', port: 'admin' },
          { path: '/by-number', service: 'named', port: 9000 },
          { path: '/first-name', service: 'named', port: 'http' },
        ],
      }),
    ],
  })
  server = await startServe(path)
})
afterAll(async () => {
  await killCommands()
  await removeManifestFolders()
  await Promise.all([...three, admin].map(backend => backend.close()))
})

const get = (host: string, path: string, options: RequestOptions = {}): Promise<Answer> =>
  ask(server.http, path, { ...options, host })

it('spreads 300 requests over three endpoints, 100 each', async () => {
  const before = three.map(({ requests }) => requests.length)
  for (let i = 0; i < 300; i++) expect((await get('web.test', '/share')).status).toBe(200)
  for (const [index, { requests }] of three.entries())
    expect(Math.abs(requests.length - (before[index] ?? 0) - 100)).toBeLessThanOrEqual(1)
})

it('answers 404 with a short page where no rule matches, and 200 on /healthz there', async () => {
  const page = await get('unknown.test', '/')
  expect(page.status).toBe(404)
  expect(page.body.length).toBeGreaterThan(0)
  expect(page.body.length).toBeLessThan(2_000)
  expect((await get('unknown.test', '/healthz')).status).toBe(200)
  expect((await get('named.test', '/not-a-path')).status).toBe(404)
})

it('leaves /healthz of a site to its backend', async () => {
  expect((await get('web.test', '/healthz')).headers['x-backend']).toBeDefined()
})

it.each([
  ['a Service that does not exist', '/absent', 503],
  ['a Service without endpoints', '/empty', 503],
  ['a port number that the Service does not have', '/no-port', 503],
  ['a port name that the Service does not have', '/no-port-name', 503],
  ['endpoints that all refuse the connection', '/dead', 502],
] as const)('answers for %s (%s) with %i, an ID, and nothing of the inside', async (_, path, status) => {
  const answer = await get('broken.test', path)
  expect(answer.status).toBe(status)
  expect(answer.headers['x-request-id']).toMatch(/^[\x21-\x7e]{1,128}$/)
  expect(answer.body + JSON.stringify(answer.headers)).not.toMatch(
    /absent-service|empty|dead|named|127\.0\.0\.1:|default\b/,
  )
  expect(answer.body).not.toMatch(/ECONN|node_modules|\n\s+at /)
})

it('writes the reason of an error answer to the log under its ID, without asking for more than the default log', async () => {
  const { headers } = await get('broken.test', '/dead')
  await eventually(() => {
    const lines = server.logLines().filter(line => JSON.stringify(line).includes(String(headers['x-request-id'])))
    expect(JSON.stringify(lines)).toMatch(/refused|connect/i)
  }, 2_000)
})

it('writes error pages as HTML or as JSON, by Accept', async () => {
  const { http } = server
  const page = async (accept: string): Promise<readonly [unknown, string]> => {
    const response = await fetch(`http://127.0.0.1:${http}/`, { headers: { accept } })
    expect(response.status).toBe(404)
    return [response.headers.get('content-type'), await response.text()]
  }
  const [html] = await page('text/html,*/*;q=0.8')
  expect(html).toMatch(/^text\/html/)
  const [json, text] = await page('application/json')
  expect(json).toMatch(/^application\/json/)
  expect(typeof JSON.parse(text)).toBe('object')
})

it('tries another endpoint when one refuses the connection, also for a POST, of which nothing was sent', async () => {
  for (let i = 0; i < 9; i++) {
    expect((await get('broken.test', '/half-dead')).status).toBe(200)
    const posted = await get('broken.test', '/half-dead', { method: 'POST', body: 'cargo' })
    expect([posted.status, echoOf(posted).body]).toEqual([200, 'cargo'])
  }
})

it('finds a Service port by its name and by its number', async () => {
  expect((await get('named.test', '/by-name')).headers['x-backend']).toBe('admin')
  expect((await get('named.test', '/by-number')).headers['x-backend']).toBe('admin')
  expect((await get('named.test', '/first-name')).headers['x-backend']).toBe('one')
})

it.each([
  ['/a/./b/../c', '/a/c'],
  ['/a/%2e%2e/b', '/b'],
  ['/a/%2E./b', '/b'],
  ['/../../a', '/a'],
  ['/a/b/..', '/a/'],
  ['/a/.', '/a/'],
  ['/%61%7E%2d', '/a~-'],
  ['/a%2Fb', '/a%2Fb'],
  ['/a%2fb%5Cc', '/a%2fb%5Cc'],
  ['/a%20b', '/a%20b'],
  ['/a//b///', '/a//b///'],
  ["/a;b=c:d@e!$&'()*+,=", "/a;b=c:d@e!$&'()*+,="],
  ['/%61?x=%61/../%2e&y=%2F#'.slice(0, -1), '/a?x=%61/../%2e&y=%2F'],
  ['/a?', '/a?'],
  ['/a?b?c=//../', '/a?b?c=//../'],
] as const)('sends the canonical path: %s reaches the backend as %s', async (sent, received) => {
  expect(echoOf(await get('web.test', sent)).url).toBe(received)
})

it('takes a request target in absolute form, and never the host of another Host header', async () => {
  const answer = await get('web.test', 'http://web.test/%61/../b')
  expect([answer.status, echoOf(answer).url, echoOf(answer).headers.host]).toEqual([200, '/b', 'web.test'])
  const ambiguous = await get('named.test', 'http://web.test/by-name')
  expect(ambiguous.status === 400 || echoOf(ambiguous).headers.host === 'web.test').toBe(true)
})

it.each(['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'PROPFIND'])(
  'passes %s with a body on, with a length and in chunks, and no body becomes a request',
  async method => {
    const client = await rawClient(server.http)
    const body = 'GET /smuggled HTTP/1.1\r\nHost: web.test\r\n\r\n'
    const head = `${method} /body HTTP/1.1\r\nHost: web.test\r\n`
    for (let i = 1; i <= 6; i++) {
      const framed =
        i % 2 === 0
          ? `Content-Length: ${body.length}\r\n\r\n${body}`
          : `Transfer-Encoding: chunked\r\n\r\n${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`
      client.send(head + framed)
      const received = await client.until(text => text.split(/"body":".*?"\}/s).length > i)
      expect(received.match(/HTTP\/1\.1 200 /g)).toHaveLength(i)
      expect(received.split(JSON.stringify(body)).length).toBe(i + 1)
    }
    client.end()
    const urls = three.flatMap(({ requests }) => requests.map(({ url }) => url))
    expect(urls).not.toContain('/smuggled')
  },
)

it('answers HEAD without a body', async () => {
  const { status, body, headers } = await get('web.test', '/', { method: 'HEAD' })
  expect([status, body]).toEqual([200, ''])
  expect(headers['x-backend']).toBeDefined()
})

it('carries eight megabytes both ways unchanged', async () => {
  const body = 'abcdefgh'.repeat(1_048_576)
  const answer = await get('web.test', '/big', { method: 'POST', body })
  expect(answer.status).toBe(200)
  expect(echoOf(answer).body === body).toBe(true)
})

/** What the backend says it got. */
function echoOf({ body }: Answer): EchoedRequest {
  return JSON.parse(body) as EchoedRequest
}
