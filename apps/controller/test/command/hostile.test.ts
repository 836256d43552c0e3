/** Malformed requests and absurd manifests: each gets its answer, and nobody else notices. */

import { echoBackend, rawClient, type EchoBackend } from '@ingresskit/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { absurdDocuments, absurdHosts } from './support/absurd-documents.ts'
import { eventually } from './support/eventually.ts'
import { ask } from './support/http-client.ts'
import { killCommands, runCommand, startServe, type RunningServer } from './support/ingresskit-process.ts'
import { startLoad } from './support/keep-alive-load.ts'
import { ingress, manifestFolder, removeManifestFolders, service, type ManifestFolder } from './support/manifests.ts'

let backend: EchoBackend
let folder: ManifestFolder
let server: RunningServer

beforeAll(async () => {
  backend = await echoBackend({ name: 'web' })
  folder = await manifestFolder({
    'a-well.yaml': [
      ...service('web', [backend.port]),
      ingress({ name: 'well', host: 'well.test', paths: [{ service: 'web' }] }),
    ],
  })
  server = await startServe(folder.path)
})
afterAll(async () => {
  await killCommands()
  await removeManifestFolders()
  await backend.close()
})

const host = 'Host: well.test\r\n'
const get = (target: string): string => `GET ${target} HTTP/1.1\r\n${host}\r\n`
const head = (lines: string): string => `POST /evil HTTP/1.1\r\n${host}${lines}\r\n`

/** What is sent, and the statuses that the contract allows for it. */
const malformed: readonly (readonly [title: string, bytes: string, statuses: readonly number[]])[] = [
  ['no Host', 'GET /evil HTTP/1.1\r\n\r\n', [400]],
  ['two Hosts', `GET /evil HTTP/1.1\r\n${host}Host: other.test\r\n\r\n`, [400]],
  ['a Host with a space', 'GET /evil HTTP/1.1\r\nHost: well test\r\n\r\n', [400]],
  ['a Host with user information', 'GET /evil HTTP/1.1\r\nHost: a@well.test\r\n\r\n', [400]],
  ['a Host with a path', 'GET /evil HTTP/1.1\r\nHost: well.test/evil\r\n\r\n', [400]],
  [
    'Content-Length beside Transfer-Encoding',
    head('Content-Length: 5\r\nTransfer-Encoding: chunked\r\n') + '0\r\n\r\n',
    [400],
  ],
  ['two lengths', head('Content-Length: 5\r\nContent-Length: 6\r\n') + 'hello!', [400]],
  ['a list of lengths', head('Content-Length: 5, 6\r\n') + 'hello!', [400]],
  ['a length with a sign', head('Content-Length: +5\r\n') + 'hello', [400]],
  ['a negative length', head('Content-Length: -5\r\n'), [400]],
  ['a hexadecimal length', head('Content-Length: 0x5\r\n') + 'hello', [400]],
  ['a length beyond any number', head(`Content-Length: ${'9'.repeat(30)}\r\n`), [400, 413]],
  ['an unknown transfer coding', head('Transfer-Encoding: gzip\r\n'), [400, 501]],
  ['chunked twice', head('Transfer-Encoding: chunked, chunked\r\n') + '0\r\n\r\n', [400, 501]],
  ['chunked that is not last', head('Transfer-Encoding: chunked, gzip\r\n') + '0\r\n\r\n', [400, 501]],
  ['chunked with a vertical tab', head('Transfer-Encoding: \x0bchunked\r\n') + '0\r\n\r\n', [400, 501]],
  ['a space before a colon', `GET /evil HTTP/1.1\r\n${host}A : b\r\n\r\n`, [400]],
  ['a folded header', `GET /evil HTTP/1.1\r\n${host}A: b\r\n c\r\n\r\n`, [400]],
  ['a folded first header', `GET /evil HTTP/1.1\r\n A: b\r\n${host}\r\n`, [400]],
  ['a header without a colon', `GET /evil HTTP/1.1\r\n${host}nonsense\r\n\r\n`, [400]],
  ['an empty header name', `GET /evil HTTP/1.1\r\n${host}: b\r\n\r\n`, [400]],
  ['a NUL in a header', `GET /evil HTTP/1.1\r\n${host}A: b\0c\r\n\r\n`, [400]],
  ['a bare CR in a header', `GET /evil HTTP/1.1\r\n${host}A: b\rC: d\r\n\r\n`, [400]],
  ['an escaped NUL', get('/evil%00'), [400]],
  ['a broken escape', get('/evil%zz'), [400]],
  ['a cut escape', get('/evil%2'), [400]],
  ['a fragment', get('/evil#a'), [400]],
  ['a backslash', get('/evil\\a'), [400]],
  ['raw non-ASCII bytes', get('/evil\xff'), [400]],
  ['dot segments that depend on merged slashes', get('/evil//../b'), [400]],
  ['dot segments that depend on merged slashes, escaped', get('/evil//%2e%2e/b'), [400]],
  ['a target without a slash', get('evil'), [400]],
  ['a space in the target', get('/evil a'), [400]],
  ['another version of HTTP', `GET /evil HTTP/9.9\r\n${host}\r\n`, [400, 505]],
  ['a preface of HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', [400, 505]],
  ['TLS on the plain port', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n', [400]],
  ['a line of noise', '\x01\x02\x03\r\n\r\n', [400]],
  ['a method with a bracket', `G[T /evil HTTP/1.1\r\n${host}\r\n`, [400, 501]],
  ['a head of a quarter of a megabyte', `GET /evil HTTP/1.1\r\n${host}A: ${'b'.repeat(250_000)}\r\n\r\n`, [400, 431]],
  ['ten thousand headers', `GET /evil HTTP/1.1\r\n${host}${'a: b\r\n'.repeat(10_000)}\r\n`, [400, 431]],
  ['a target of a quarter of a megabyte', get(`/evil${'b'.repeat(250_000)}`), [400, 414, 431]],
]

test('malformed requests get a 400-class answer and a close, reach no backend, and disturb nobody', async () => {
  const load = startLoad(server.http, { host: 'well.test', clients: 2, agent: { keepAlive: true, maxSockets: 1 } })
  const outcomes = await Promise.all(
    malformed.map(async ([title, bytes, statuses]) => {
      const status = await statusAndClose(bytes)
      return [title, statuses.includes(status ?? 0) ? 'allowed' : (status ?? 'no answer')]
    }),
  )
  load.stop()
  await load.stopped
  expect(outcomes.filter(([, outcome]) => outcome !== 'allowed')).toEqual([])
  expect(load.failures()).toEqual([])
  expect(load.finishedCount()).toBeGreaterThan(0)
  expect(backend.requests.filter(({ url }) => !url.startsWith('/load'))).toEqual([])
})

for (const [title, chunks] of [
  ['a chunk size that is no number', 'zz\r\nhello\r\n0\r\n\r\n'],
  ['a chunk longer than it says', '3\r\nhello\r\n0\r\n\r\n'],
  ['a chunk size beyond any number', `${'f'.repeat(32)}\r\nhello\r\n`],
] as const) {
  test(`${title} gets a 400-class answer and a close, and no backend sees a whole request`, async () => {
    const before = backend.requests.length
    const status = await statusAndClose(head('Transfer-Encoding: chunked\r\n') + chunks)
    expect(status).toBe(400)
    expect(backend.requests).toHaveLength(before)
    expect((await ask(server.http, '/', { host: 'well.test' })).status).toBe(200)
  })
}

test('what follows a malformed request on its connection is not read as a request', async () => {
  const before = backend.requests.length
  const status = await statusAndClose(
    head('Content-Length: 5\r\nTransfer-Encoding: chunked\r\n') + `0\r\n\r\n${get('/smuggled')}`,
  )
  expect(status).toBe(400)
  expect(backend.requests.slice(before)).toEqual([])
})

test('TRACE and CONNECT get 405', async () => {
  expect(await statusOf(`TRACE /evil HTTP/1.1\r\n${host}Connection: close\r\n\r\n`)).toBe(405)
  expect(await statusOf(`CONNECT well.test:80 HTTP/1.1\r\n${host}\r\n`)).toBe(405)
})

test('clients that reset or leave in the middle of a request disturb nobody', async () => {
  const partial = [
    '',
    'GET',
    'GET / HTTP/1.1\r\nHo',
    head('Content-Length: 100\r\n') + 'few',
    head('Transfer-Encoding: chunked\r\n') + '5\r\nhe',
  ]
  for (const bytes of partial) {
    for (const leave of ['reset', 'end'] as const) {
      const client = await rawClient(server.http)
      client.send(bytes)
      client[leave]()
      if (leave === 'reset') await client.closed
      client.socket.destroy()
    }
  }
  expect((await ask(server.http, '/', { host: 'well.test' })).status).toBe(200)
})

test('absurd objects never take the process down, whatever field has whatever type', async () => {
  const documents = absurdDocuments()
  for (const [index, text] of documents.entries()) await folder.write(`m-${index}.yaml`, text)
  await folder.write('z-last.yaml', [ingress({ name: 'last', host: 'last.test', paths: [{ service: 'web' }] })])
  await eventually(async () => expect((await ask(server.http, '/', { host: 'last.test' })).status).toBe(200), 15_000)
  expect((await ask(server.http, '/', { host: 'well.test' })).status).toBe(200)
  for (const name of [...absurdHosts(), 'absurd.test']) {
    const plain = await ask(server.http, '/', { host: name })
    expect([name, plain.status === 404 || plain.status >= 502 || plain.status === 308]).toEqual([name, true])
  }
  for (const name of absurdHosts().filter((_, index) => index % 7 === 0))
    expect((await ask(server.https, '/', { host: name, ca: 'any' })).status).toBeGreaterThanOrEqual(404)
  for (const path of ['routes', 'services', 'endpoints', 'certificates', 'problems', 'explain?url=http://well.test/'])
    expect([path, (await ask(server.admin, `/api/v1/${path}`)).status]).toEqual([path, 200])
  expect((await ask(server.admin, '/readyz')).status).toBe(200)
  expect(server.output()).not.toMatch(/TypeError|RangeError|Cannot read properties/)

  // The same from a cold start, where there is no last good state to fall back on.
  const checked = await runCommand(['check', '--manifests', folder.path])
  expect([checked.status, checked.stderr]).toEqual([1, ''])
  expect(checked.stdout).not.toMatch(/TypeError|RangeError|Cannot read properties/)
  for (const index of documents.keys()) await folder.remove(`m-${index}.yaml`)
  await eventually(async () => expect((await ask(server.admin, '/api/v1/problems')).body.trim()).toBe('[]'))
})

/** The status of the answer, once the server has closed the connection. */
async function statusAndClose(bytes: string): Promise<number | undefined> {
  const client = await rawClient(server.http)
  client.send(bytes)
  const { received } = await client.closed
  return statusIn(received)
}

async function statusOf(bytes: string): Promise<number | undefined> {
  const client = await rawClient(server.http)
  client.send(bytes)
  const received = await client.until('\r\n\r\n')
  client.socket.destroy()
  return statusIn(received)
}

function statusIn(received: string): number | undefined {
  const match = /^HTTP\/1\.1 (\d{3}) /.exec(received)
  return match === null ? undefined : Number(match[1])
}
