/** Which backend a request reaches: hosts and paths, default backends, Service ports, the canonical path. */

import { echoBackend, type EchoBackend } from '@ingresskit/testkit'
import { request } from 'node:http'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { killCommands, startServe, type RunningServer } from '../command/support/ingresskit-process.ts'
import { manifestFolder, removeManifestFolders } from '../command/support/manifests.ts'
import { endpointSlice, ingressOf, serviceOf, type RulePath } from '../support/kubernetes-objects.ts'
import { answeredBy, sendRequest, sendToEcho } from '../support/send-request.ts'

interface Row {
  readonly rules: readonly RulePath[]
  readonly request: string
  readonly expected: 'a' | 'b' | 404
}

const prefix = (path: string, service = 'a'): RulePath => ({ path, pathType: 'Prefix', service })
const exact = (path: string, service = 'a'): RulePath => ({ path, pathType: 'Exact', service })

/** The examples of the Kubernetes documentation of Ingress, "Path types". */
const documented: readonly Row[] = [
  { rules: [prefix('/')], request: '/any/path', expected: 'a' },
  { rules: [exact('/foo')], request: '/foo', expected: 'a' },
  { rules: [exact('/foo')], request: '/bar', expected: 404 },
  { rules: [exact('/foo')], request: '/foo/', expected: 404 },
  { rules: [exact('/foo/')], request: '/foo', expected: 404 },
  { rules: [prefix('/foo')], request: '/foo', expected: 'a' },
  { rules: [prefix('/foo')], request: '/foo/', expected: 'a' },
  { rules: [prefix('/foo/')], request: '/foo', expected: 'a' },
  { rules: [prefix('/foo/')], request: '/foo/', expected: 'a' },
  { rules: [prefix('/aaa/bb')], request: '/aaa/bbb', expected: 404 },
  { rules: [prefix('/aaa/bbb')], request: '/aaa/bbb', expected: 'a' },
  { rules: [prefix('/aaa/bbb/')], request: '/aaa/bbb', expected: 'a' },
  { rules: [prefix('/aaa/bbb')], request: '/aaa/bbb/', expected: 'a' },
  { rules: [prefix('/aaa/bbb')], request: '/aaa/bbb/ccc', expected: 'a' },
  { rules: [prefix('/aaa/bbb')], request: '/aaa/bbbxyz', expected: 404 },
  { rules: [prefix('/'), prefix('/aaa', 'b')], request: '/aaa/ccc', expected: 'b' },
  { rules: [prefix('/'), prefix('/aaa', 'b')], request: '/ccc', expected: 'a' },
  { rules: [prefix('/aaa')], request: '/ccc', expected: 404 },
  { rules: [prefix('/foo'), exact('/foo', 'b')], request: '/foo', expected: 'b' },
  { rules: [{ path: '/foo', pathType: 'ImplementationSpecific', service: 'a' }], request: '/foo/x', expected: 'a' },
]
const rows = documented.map((row, index) => ({ ...row, index, rule: JSON.stringify(row.rules) }))

let backends: readonly EchoBackend[]
let server: RunningServer

beforeAll(async () => {
  backends = await Promise.all(['a', 'b', 'c'].map(name => echoBackend({ name })))
  const { path } = await manifestFolder({
    'services.yaml': [
      ...backends.flatMap(({ name, port }) => [
        serviceOf(name),
        endpointSlice({ service: name, ports: { http: port } }),
      ]),
      serviceOf('named', { ports: { http: 80, other: 9000 } }),
      endpointSlice({ service: 'named', ports: { http: backends[0]?.port ?? 0, other: backends[1]?.port ?? 0 } }),
    ],
    'table.yaml': rows.map(({ index, rules }) =>
      ingressOf({ name: `row-${index}`, host: `row-${index}.test`, paths: rules }),
    ),
    'hosts.yaml': [
      ingressOf({ name: 'wildcard', host: '*.foo.test', paths: [{ service: 'a' }] }),
      ingressOf({ name: 'named-host', host: 'own.foo.test', paths: [prefix('/only', 'b')] }),
      ingressOf({ name: 'with-default', host: 'rest.test', paths: [prefix('/in', 'a')], defaultBackend: 'b' }),
      ingressOf({ name: 'canonical', host: 'canonical.test', paths: [prefix('/'), prefix('/a/b', 'b')] }),
      ingressOf({
        name: 'ports',
        host: 'ports.test',
        paths: [
          { path: '/first', service: 'named', port: 'http' },
          { path: '/second', service: 'named', port: 'other' },
          { path: '/number', service: 'named', port: 9000 },
        ],
      }),
    ],
  })
  server = await startServe(path, ['--default-backend-service', 'default/c'])
})
afterAll(async () => {
  await killCommands()
  await Promise.all(backends.map(backend => backend.close()))
  await removeManifestFolders()
})

describe('the paths of the Kubernetes documentation', () => {
  it.each(rows)('$rule answers $request with $expected', async ({ index, request, expected }) => {
    // What no rule takes gets --default-backend-service, whose backend is c.
    const name = expected === 404 ? 'c' : expected
    expect(await answeredBy(server.http, { host: `row-${index}.test`, path: request })).toBe(name)
  })
})

describe('hosts', () => {
  it.each([
    ['bar.foo.test', 'a'],
    ['BAR.foo.TEST', 'a'],
    ['bar.foo.test:8080', 'a'],
    ['baz.bar.foo.test', 'c'],
    ['foo.test', 'c'],
    ['unheard-of.test', 'c'],
  ])('%s is answered by %s', async (host, expected) => {
    expect(await answeredBy(server.http, { host })).toBe(expected)
  })

  it('never falls through from a named host to the wildcard that covers it', async () => {
    expect(await answeredBy(server.http, { host: 'own.foo.test', path: '/only/x' })).toBe('b')
    expect(await answeredBy(server.http, { host: 'own.foo.test', path: '/else' })).toBe('c')
  })

  it('serves what the rules of a host leave over from spec.defaultBackend, for that host alone', async () => {
    expect(await answeredBy(server.http, { host: 'rest.test', path: '/in' })).toBe('a')
    expect(await answeredBy(server.http, { host: 'rest.test', path: '/out' })).toBe('b')
    expect(await answeredBy(server.http, { host: 'unheard-of.test', path: '/out' })).toBe('c')
  })
})

it('leads named and numbered Service ports to the endpoint port of that name', async () => {
  const reached = await Promise.all(
    ['/first', '/second', '/number'].map(path => answeredBy(server.http, { host: 'ports.test', path })),
  )
  expect(reached).toEqual(['a', 'b', 'b'])
})

describe('the canonical path', () => {
  it.each([
    ['/a/./x/../b', '/a/b', 'b'],
    ['/a/x/%2e%2E/b?q=%2e', '/a/b?q=%2e', 'b'],
    ['/%61/b/%7Euser', '/a/b/~user', 'b'],
    ['/a%2Fb', '/a%2Fb', 'a'],
    ['/a%5Cb', '/a%5Cb', 'a'],
    ['/a//b', '/a//b', 'b'],
    ['/../../a/b/', '/a/b/', 'b'],
  ])('%s reaches the backend as %s, of %s', async (path, url, name) => {
    expect(await sendToEcho(server.http, { host: 'canonical.test', path })).toMatchObject({ url, name })
  })

  it.each(['/a%00b', '/a%zz', '/a%2', '/a\\b', '/a#b', '/a//../b'])(
    '%s gets 400 and reaches no backend',
    async path => {
      const before = backends.map(({ requests }) => requests.length)
      const { status } = await sendRequest(server.http, { host: 'canonical.test', path })
      expect(status).toBe(400)
      expect(backends.map(({ requests }) => requests.length)).toEqual(before)
    },
  )

  it.each(['TRACE', 'CONNECT'])('%s gets 405', async method => {
    const { promise, resolve, reject } = Promise.withResolvers<number>()
    const sent = request({
      host: '127.0.0.1',
      port: server.http,
      method,
      path: method === 'CONNECT' ? 'canonical.test:80' : '/',
    })
    sent.setHeader('host', 'canonical.test')
    sent.on('error', reject)
    sent.on('connect', response => resolve(response.statusCode ?? 0))
    sent.on('response', response => resolve(response.statusCode ?? 0))
    sent.end()
    expect(await promise).toBe(405)
    sent.destroy()
  })
})
