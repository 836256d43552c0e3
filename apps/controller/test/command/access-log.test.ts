/** `serve --access-log`: a line of JSON for every request, and for none without it. */

import { echoBackend, rawClient, type EchoBackend } from '@ingresskit/testkit'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { eventually } from './support/eventually.ts'
import { ask } from './support/http-client.ts'
import {
  killCommands,
  startServe,
  type LogLine,
  type Running,
  type RunningServer,
} from './support/ingresskit-process.ts'
import { ingress, manifestFolder, removeManifestFolders, service } from './support/manifests.ts'
import { counterSum, parseMetrics } from './support/prometheus-text.ts'

let backend: EchoBackend
let manifests: string

beforeEach(async () => {
  backend = await echoBackend({ name: 'web' })
  const site = [
    ...service('web', [backend.port]),
    ingress({ name: 'shop', host: 'shop.test', paths: [{ service: 'web' }, { path: '/gone', service: 'absent' }] }),
  ]
  manifests = (await manifestFolder({ 'site.yaml': site })).path
})
afterEach(async () => {
  await killCommands()
  await removeManifestFolders()
  await backend.close()
})

function requestLines(server: Running): readonly LogLine[] {
  return server.logLines().filter(({ msg }) => msg === 'request')
}

/** Sends bytes as they are and resolves when the server has closed the connection. */
async function sendRaw(server: RunningServer, bytes: string): Promise<void> {
  const client = await rawClient(server.http)
  client.send(bytes)
  await client.closed
}

test('a request has a line that says who asked for what and who answered', async () => {
  const server = await startServe(manifests, ['--access-log'])
  await ask(server.http, '/cart?secret=1', { host: 'shop.test', method: 'POST', body: 'hello' })
  const [line] = await eventually(() => {
    expect(requestLines(server)).toHaveLength(1)
    return requestLines(server)
  })
  expect(line).toMatchObject({
    level: 'info',
    clientAddress: '127.0.0.1',
    method: 'POST',
    scheme: 'http',
    host: 'shop.test',
    path: '/cart',
    status: 200,
    reason: null,
    namespace: 'default',
    ingress: 'shop',
    service: 'web',
    endpoint: `127.0.0.1:${backend.port}`,
    attempts: [`127.0.0.1:${backend.port} answered`],
    requestBytes: 5,
    upgraded: false,
  })
  expect(Math.abs(Number(line?.['time']) - Date.now())).toBeLessThan(60_000)
  expect(line?.['requestId']).toMatch(/./)
})

test('hostile requests are one line of valid JSON each, and have no second one', async () => {
  const server = await startServe(manifests, ['--access-log'])
  const host = 'Host: shop.test\r\nConnection: close\r\n'
  await sendRaw(
    server,
    `GET /%22%7D%0A%7B%22msg%22:%22forged%22%7D HTTP/1.1\r\n${host}User-Agent: "}\t{"msg":"forged"}\r\n\r\n`,
  )
  await sendRaw(server, `GET /gone/\\"}{"msg":"forged" HTTP/1.1\r\n${host}\r\n`)
  await sendRaw(server, `GET /\x01\x1b[31m\xff HTTP/1.1\r\n${host}\r\n`)
  await sendRaw(server, `GET /${'"'.repeat(6000)} HTTP/1.1\r\n${host}\r\n`)
  await sendRaw(server, `GET / HTTP/1.1\r\nHost: "}\\{"msg":"forged"\r\nConnection: close\r\n\r\n`)
  await sendRaw(server, `GET /gone HTTP/1.1\r\n${host}X-Request-Id: "}{"msg":"forged"}\r\n\r\n`)
  // A data plane may cut what is no HTTP at all without a record; the rest has one.
  await eventually(() => expect(requestLines(server).length).toBeGreaterThanOrEqual(5))
  server.signal('SIGTERM')
  const { stdout } = await server.finished
  const lines = stdout.trimEnd().split('\n')
  for (const line of lines) {
    expect(() => JSON.parse(line) as unknown).not.toThrow()
    expect(Buffer.byteLength(line)).toBeLessThan(4096)
  }
  expect(server.logLines().filter(({ msg }) => msg === 'forged')).toEqual([])
  const ids = server.logLines().flatMap(({ requestId }) => (typeof requestId === 'string' ? [requestId] : []))
  expect(new Set(ids).size).toBe(ids.length)
  expect(ids).toHaveLength(requestLines(server).length)
})

test('without the option only refused requests are told of', async () => {
  const server = await startServe(manifests)
  await ask(server.http, '/', { host: 'shop.test' })
  await ask(server.http, '/gone', { host: 'shop.test' })
  server.signal('SIGTERM')
  await server.finished
  expect(requestLines(server)).toEqual([])
  expect(server.logLines().filter(({ requestId }) => requestId !== undefined)).toMatchObject([{ status: 503 }])
})

test('every request is told of by the time the process has ended', async () => {
  const server = await startServe(manifests, ['--access-log'])
  for (let index = 0; index < 50; index += 1) await ask(server.http, `/${index}`, { host: 'shop.test' })
  server.signal('SIGTERM')
  expect(await server.finished).toMatchObject({ status: 0 })
  expect(requestLines(server).map(({ path }) => path)).toEqual(Array.from({ length: 50 }, (_, index) => `/${index}`))
})

test('metrics count the lines that were dropped', async () => {
  const server = await startServe(manifests, ['--access-log'])
  await ask(server.http, '/', { host: 'shop.test' })
  const metrics = parseMetrics((await ask(server.admin, '/metrics')).body)
  expect(metrics.families.get('ingresskit_access_log_dropped_total')).toBe('counter')
  expect(counterSum(metrics, /access_log_dropped_total/, {})).toBe(0)
})
