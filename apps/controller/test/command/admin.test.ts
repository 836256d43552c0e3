/** The admin port: health, metrics, the live snapshot as JSON, and never a key. */

import { randomBytes } from 'node:crypto'
import { echoBackend, selfSignedCertificate, type EchoBackend } from '@ingresskit/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { eventually } from './support/eventually.ts'
import { ask, askJson } from './support/http-client.ts'
import { killCommands, runCommand, startServe, type RunningServer } from './support/ingresskit-process.ts'
import { ingress, manifestFolder, removeManifestFolders, service, tlsSecret } from './support/manifests.ts'
import { counterSum, parseMetrics } from './support/prometheus-text.ts'

const certificate = selfSignedCertificate({ names: ['shop.test'] })
const other = selfSignedCertificate({ names: ['other.test'] })
const secretWord = `hush${randomBytes(12).toString('hex')}`
const views = ['routes', 'services', 'endpoints', 'certificates', 'problems'] as const

let backend: EchoBackend
let folder: Awaited<ReturnType<typeof manifestFolder>>
let server: RunningServer

beforeAll(async () => {
  backend = await echoBackend({ name: 'web' })
  folder = await manifestFolder({
    'site.yaml': [
      ...service('web', [backend.port]),
      tlsSecret('shop-tls', certificate),
      ingress({
        name: 'shop',
        host: 'shop.test',
        paths: [{ service: 'web' }, { path: '/gone', service: 'absent' }],
        tlsSecret: 'shop-tls',
      }),
      // Secrets that cannot be used tempt error messages into quoting them.
      tlsSecret('mismatch-tls', { certificatePem: certificate.certificatePem, privateKeyPem: other.privateKeyPem }),
      ingress({ name: 'mismatch', host: 'mismatch.test', paths: [{ service: 'web' }], tlsSecret: 'mismatch-tls' }),
      tlsSecret('garbage-tls', { certificatePem: certificate.certificatePem, privateKeyPem: secretWord }),
      ingress({ name: 'garbage', host: 'garbage.test', paths: [{ service: 'web' }], tlsSecret: 'garbage-tls' }),
    ],
    'broken.json': `{"kind":"Secret","metadata":{"name":"j"},"stringData":{"tls.key":"${secretWord}" oops}}`,
    'broken.yaml': `kind: Secret\nmetadata: {name: y}\nstringData:\n  tls.key: "${secretWord}" oops\n`,
    'types.yaml': `apiVersion: v1\nkind: Secret\nmetadata: {name: t, namespace: default}\ntype: kubernetes.io/tls\ndata: ${secretWord}\n`,
  })
  server = await startServe(folder.path, ['--log-level', 'trace'])
})
afterAll(async () => {
  await killCommands()
  await removeManifestFolders()
  await backend.close()
})

test('health and readiness answer 200 ok once the ready line is out', async () => {
  for (const path of ['/healthz', '/readyz']) {
    const { status, body } = await ask(server.admin, path)
    expect([path, status, body.trim()]).toEqual([path, 200, 'ok'])
  }
})

test('metrics are valid Prometheus text that covers what the contract lists', async () => {
  await ask(server.http, '/', { host: 'shop.test' })
  const { status, headers, body } = await ask(server.admin, '/metrics')
  expect(status).toBe(200)
  expect(headers['content-type']).toMatch(/^text\/plain; version=0\.0\.4/)
  const { problems, families } = parseMetrics(body)
  expect(problems).toEqual([])
  const names = [...families.keys()].join('\n')
  for (const topic of [
    /requests_total/,
    /duration_seconds/,
    /bytes/,
    /retries/,
    /in_flight/,
    /snapshot_age/,
    /snapshot/,
    /not_after|expir/,
  ])
    expect(names).toMatch(topic)
})

test('metrics count every request once, also those that no rule matches', async () => {
  const before = parseMetrics((await ask(server.admin, '/metrics')).body)
  for (let i = 0; i < 5; i++) expect((await ask(server.http, '/counted', { host: 'shop.test' })).status).toBe(200)
  for (let i = 0; i < 3; i++) expect((await ask(server.http, '/gone', { host: 'shop.test' })).status).toBe(503)
  for (let i = 0; i < 2; i++) expect((await ask(server.http, '/', { host: 'nobody.test' })).status).toBe(404)
  await eventually(async () => {
    const after = parseMetrics((await ask(server.admin, '/metrics')).body)
    const grown = (status: string): number =>
      counterSum(after, /requests_total$/, { status }) - counterSum(before, /requests_total$/, { status })
    expect([grown('200'), grown('503'), grown('404')]).toEqual([5, 3, 2])
  })
})

test('hosts and paths that clients choose do not grow the metrics', async () => {
  const linesOf = async (): Promise<number> => (await ask(server.admin, '/metrics')).body.split('\n').length
  await ask(server.http, '/', { host: 'first-unknown.test' })
  await ask(server.http, '/', { host: 'shop.test', method: 'FIRST' }).catch(() => undefined)
  const before = await linesOf()
  for (let i = 0; i < 30; i++) await ask(server.http, `/${i}`, { host: `unknown-${i}.test` })
  expect(await linesOf()).toBe(before)
})

test('every view is JSON of the live snapshot', async () => {
  const all = await Promise.all(views.map(view => askJson<unknown[]>(server.admin, `/api/v1/${view}`)))
  for (const view of all) expect(Array.isArray(view)).toBe(true)
  const [routes, services, endpoints, certificates, problems] = all.map(view => JSON.stringify(view))
  expect(routes).toContain('shop.test')
  expect(routes).toContain('/gone')
  expect(services).toContain('web')
  expect(endpoints).toContain(`127.0.0.1:${backend.port}`)
  expect(certificates).toContain('shop-tls')
  expect(problems).toContain('absent')
})

test('views follow a change of the manifests', async () => {
  await folder.write('more.yaml', [ingress({ name: 'late', host: 'late.test', paths: [{ service: 'web' }] })])
  await eventually(async () => expect((await ask(server.admin, '/api/v1/routes')).body).toContain('late.test'))
  await folder.remove('more.yaml')
  await eventually(async () => expect((await ask(server.admin, '/api/v1/routes')).body).not.toContain('late.test'))
})

test('explain answers what the command answers', async () => {
  const cases: readonly (readonly [method: string, url: string, header?: string])[] = [
    ['GET', 'http://shop.test/a%20b?c=d'],
    ['POST', 'https://shop.test/gone'],
    ['GET', 'http://nobody.test/'],
    ['GET', 'http://shop.test/', 'Cookie: a=b'],
  ]
  await Promise.all(
    cases.map(async ([method, url, header]) => {
      const query = new URLSearchParams({ method, url, ...(header === undefined ? {} : { header }) })
      const answer = await askJson<object>(server.admin, `/api/v1/explain?${query}`)
      const more = header === undefined ? [] : ['--header', header]
      const command = ['explain', method, url, '--manifests', folder.path, '--output', 'json', ...more]
      expect(answer).toEqual(JSON.parse((await runCommand(command)).stdout))
    }),
  )
})

test('explain without a URL, or with one that is none, is a client error and not a crash', async () => {
  for (const query of [
    '',
    '?url=',
    '?url=%00',
    '?url=http://',
    '?url=http://shop.test/%zz',
    '?url=http://shop.test/&header=bad',
  ]) {
    const { status, body } = await ask(server.admin, `/api/v1/explain${query}`)
    expect([query, status >= 200 && status < 500]).toEqual([query, true])
    expect(body).not.toMatch(/\n\s+at /)
  }
  expect((await ask(server.admin, '/api/v1/explain')).status).toBe(400)
  expect((await ask(server.admin, '/healthz')).status).toBe(200)
})

test('key material is in no answer and no log line', async () => {
  await ask(server.https, '/', { host: 'shop.test', ca: certificate.certificatePem })
  const paths = [
    ...views.map(view => `/api/v1/${view}`),
    '/metrics',
    '/healthz',
    '/readyz',
    '/nothing',
    '/api/v1/explain?url=https://shop.test/',
    '/api/v1/secrets',
  ]
  const answers = await Promise.all(paths.map(path => ask(server.admin, path)))
  const checked = await runCommand(['check', '--manifests', folder.path, '--output', 'json'])
  const everything = [...answers.map(({ body }) => body), server.output(), checked.stdout, checked.stderr].join('\n')
  expect(everything).toContain('shop-tls')
  for (const needle of [secretWord, Buffer.from(secretWord).toString('base64'), 'PRIVATE KEY', ...keyNeedles()])
    expect(everything.includes(needle), `found ${needle.slice(0, 12)}…`).toBe(false)
})

test('any other path is 404 and another method is 405', async () => {
  for (const path of [
    '/api',
    '/api/v1',
    '/api/v1/secrets',
    '/healthz/x',
    '/../etc/passwd',
    '/%00',
    '/api/v1/__proto__',
    '/api/v1/constructor',
  ])
    expect([path, (await ask(server.admin, path)).status]).toEqual([path, 404])
  for (const path of ['/healthz', '/readyz', '/metrics', '/api/v1/routes', '/api/v1/explain?url=http://shop.test/'])
    for (const method of ['POST', 'DELETE']) {
      expect([path, (await ask(server.admin, path, { method })).status]).toEqual([path, 405])
    }
})

/** Lines of the private keys' base64, as in the PEM and as in the Secret; the first line is much the same for every key. */
function keyNeedles(): readonly string[] {
  return [certificate.privateKeyPem, other.privateKeyPem].flatMap(pem => {
    const encoded = Buffer.from(pem).toString('base64')
    return [...pem.split('\n').filter(line => line !== '' && !line.startsWith('---')), encoded.slice(60, 120)]
  })
}
