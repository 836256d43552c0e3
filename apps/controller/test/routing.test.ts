/** Which backend a request reaches: the tables of the Kubernetes documentation, and what the contract adds to them. */

import { echoBackend, type EchoBackend } from '@ingresskit/testkit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ask } from './command/support/http-client.ts'
import { killCommands, startServe, type RunningServer } from './command/support/ingresskit-process.ts'
import { manifestFolder, removeManifestFolders, service } from './command/support/manifests.ts'
import { ingressOf, type RulePath } from './support/kubernetes-objects.ts'

/** Every path of a case leads to the Service of its place: the first to `first`, and so on. */
const serviceNames = ['first', 'second', 'third'] as const
type Reached = (typeof serviceNames)[number] | 'nobody'

interface PathCase {
  readonly paths: readonly (readonly [NonNullable<RulePath['pathType']>, string])[]
  readonly request: string
  readonly reached: Reached
}

/** kubernetes.io, "Ingress", Examples; then the same for ImplementationSpecific and the canonical path. */
const pathCases: readonly PathCase[] = [
  { paths: [['Prefix', '/']], request: '/', reached: 'first' },
  { paths: [['Prefix', '/']], request: '/any/path', reached: 'first' },
  { paths: [['Exact', '/foo']], request: '/foo', reached: 'first' },
  { paths: [['Exact', '/foo']], request: '/bar', reached: 'nobody' },
  { paths: [['Exact', '/foo']], request: '/foo/', reached: 'nobody' },
  { paths: [['Exact', '/foo/']], request: '/foo', reached: 'nobody' },
  { paths: [['Exact', '/foo/']], request: '/foo/', reached: 'first' },
  { paths: [['Exact', '/foo']], request: '/FOO', reached: 'nobody' },
  { paths: [['Prefix', '/foo']], request: '/foo', reached: 'first' },
  { paths: [['Prefix', '/foo']], request: '/foo/', reached: 'first' },
  { paths: [['Prefix', '/foo/']], request: '/foo', reached: 'first' },
  { paths: [['Prefix', '/foo/']], request: '/foo/', reached: 'first' },
  { paths: [['Prefix', '/aaa/bb']], request: '/aaa/bbb', reached: 'nobody' },
  { paths: [['Prefix', '/aaa/bbb']], request: '/aaa/bbb', reached: 'first' },
  { paths: [['Prefix', '/aaa/bbb/']], request: '/aaa/bbb', reached: 'first' },
  { paths: [['Prefix', '/aaa/bbb']], request: '/aaa/bbb/', reached: 'first' },
  { paths: [['Prefix', '/aaa/bbb']], request: '/aaa/bbb/ccc', reached: 'first' },
  { paths: [['Prefix', '/aaa/bbb']], request: '/aaa/bbbxyz', reached: 'nobody' },
  { paths: [['Prefix', '/aaa/bbb']], request: '/Aaa/bbb', reached: 'nobody' },
  // prettier-ignore
  { paths: [['Prefix', '/'], ['Prefix', '/aaa']], request: '/aaa/ccc', reached: 'second' },
  // prettier-ignore
  { paths: [['Prefix', '/'], ['Prefix', '/aaa'], ['Prefix', '/aaa/bbb']], request: '/aaa/bbb', reached: 'third' },
  // prettier-ignore
  { paths: [['Prefix', '/'], ['Prefix', '/aaa'], ['Prefix', '/aaa/bbb']], request: '/ccc', reached: 'first' },
  { paths: [['Prefix', '/aaa']], request: '/ccc', reached: 'nobody' },
  // prettier-ignore
  { paths: [['Prefix', '/foo'], ['Exact', '/foo']], request: '/foo', reached: 'second' },
  // prettier-ignore
  { paths: [['Prefix', '/foo'], ['Exact', '/foo']], request: '/foo/bar', reached: 'first' },
  { paths: [['ImplementationSpecific', '/foo']], request: '/foo/bar', reached: 'first' },
  { paths: [['ImplementationSpecific', '/foo']], request: '/foobar', reached: 'nobody' },
  { paths: [['Prefix', '/foo']], request: '/foo?q=/bar', reached: 'first' },
  { paths: [['Exact', '/foo']], request: '/foo?', reached: 'first' },
  { paths: [['Exact', '/foo']], request: '/%66oo', reached: 'first' },
  { paths: [['Exact', '/foo']], request: '/bar/%2e%2E/foo', reached: 'first' },
  { paths: [['Prefix', '/aaa/bbb']], request: '/aaa//bbb/c', reached: 'first' },
  { paths: [['Prefix', '/aaa/bbb']], request: '/aaa%2Fbbb/c', reached: 'nobody' },
  { paths: [['Prefix', '/aaa']], request: '/aaa%2Fbbb', reached: 'nobody' },
  { paths: [['Prefix', '/private']], request: '/public/../private/x', reached: 'first' },
]

const hostOfCase = (index: number): string => `case-${index}.paths.test`

let backends: readonly EchoBackend[]
let server: RunningServer

beforeAll(async () => {
  backends = await Promise.all(serviceNames.map(name => echoBackend({ name })))
  const { path } = await manifestFolder({
    'services.yaml': backends.flatMap(({ name, port }) => service(name, [port])),
    'paths.yaml': pathCases.map(({ paths }, index) =>
      ingressOf({
        name: `case-${index}`,
        host: hostOfCase(index),
        paths: paths.map(([pathType, path], place) => ({ pathType, path, service: serviceNames[place] ?? 'first' })),
      }),
    ),
    'hosts.yaml': [
      ingressOf({ name: 'wildcard', host: '*.foo.com', paths: [{ service: 'first' }] }),
      ingressOf({ name: 'precise', host: 'precise.foo.com', paths: [{ path: '/only', service: 'second' }] }),
      ingressOf({ name: 'every-host', paths: [{ path: '/hostless', service: 'third' }] }),
      ingressOf({ name: 'upper', host: 'upper.test', paths: [{ service: 'second' }] }),
    ],
    'default-backends.yaml': [
      ingressOf({
        name: 'own',
        host: 'own.test',
        paths: [{ path: '/a', service: 'first' }],
        defaultBackend: 'second',
      }),
    ],
    'conflict.yaml': [
      ingressOf({
        name: 'a-younger',
        host: 'conflict.test',
        paths: [{ service: 'first' }],
        creationTimestamp: '2025-02-01T00:00:00Z',
      }),
      ingressOf({
        name: 'b-older',
        host: 'conflict.test',
        paths: [{ service: 'second' }],
        creationTimestamp: '2025-01-01T00:00:00Z',
      }),
      ingressOf({
        name: 'c-beside',
        host: 'conflict.test',
        paths: [{ path: '/beside', service: 'third' }],
        creationTimestamp: '2025-03-01T00:00:00Z',
      }),
    ],
  })
  server = await startServe(path)
})
afterAll(async () => {
  await killCommands()
  await removeManifestFolders()
  await Promise.all(backends.map(backend => backend.close()))
})

describe('paths', () => {
  it.each(pathCases.map((one, index) => ({ ...one, index, rules: one.paths.map(path => path.join(' ')).join(', ') })))(
    '$rules: $request reaches $reached',
    async ({ index, request, reached }) => {
      expect(await reachedBy(hostOfCase(index), request)).toBe(reached)
    },
  )
})

describe('hosts', () => {
  it.each([
    ['a wildcard takes one label', 'bar.foo.com', '/x', 'first'],
    ['a wildcard does not take two labels', 'baz.bar.foo.com', '/x', 'nobody'],
    ['a wildcard does not take none', 'foo.com', '/x', 'nobody'],
    ['a precise host goes before a wildcard', 'precise.foo.com', '/only', 'second'],
    ['a precise host without such a path does not fall through to a wildcard', 'precise.foo.com', '/x', 'nobody'],
    ['a precise host does not fall through to a rule for every host', 'precise.foo.com', '/hostless', 'nobody'],
    ['a wildcard goes before a rule for every host', 'bar.foo.com', '/hostless', 'first'],
    ['a rule for every host takes hosts that no rule names', 'unknown.test', '/hostless', 'third'],
    ['a rule for every host takes its own paths only', 'unknown.test', '/x', 'nobody'],
    ['a host is compared without case', 'UPPER.Test', '/', 'second'],
    ['a host is compared without its port', 'upper.test:8080', '/', 'second'],
    ['a wildcard is compared without case and port', 'Bar.FOO.com:80', '/x', 'first'],
  ] as const)('%s (%s%s)', async (_, host, path, reached) => {
    expect(await reachedBy(host, path)).toBe(reached)
  })
})

describe('default backends and conflicts', () => {
  it.each([
    ['a path of the rules', 'own.test', '/a/b', 'first'],
    ['spec.defaultBackend takes the other paths of the same hosts', 'own.test', '/b', 'second'],
    ['spec.defaultBackend beside rules does not take other hosts', 'not-own.test', '/b', 'nobody'],
    ['of two Ingresses with the same host and path the older one wins', 'conflict.test', '/x', 'second'],
    ['another path of the same host is served beside them', 'conflict.test', '/beside', 'third'],
  ] as const)('%s (%s%s)', async (_, host, path, reached) => {
    expect(await reachedBy(host, path)).toBe(reached)
  })
})

/** The name of the backend that answered; fails for any answer but an echo or the default 404. */
async function reachedBy(host: string, path: string): Promise<unknown> {
  const { status, headers } = await ask(server.http, path, { host })
  if (status === 404 && headers['x-backend'] === undefined) return 'nobody'
  return status === 200 ? headers['x-backend'] : `status ${status}`
}
