/** HTTPS: which certificate a server name gets, what is refused, and what backends learn of it. */

import { certificateAuthority, echoBackend, rawClient, type EchoBackend, type EchoedRequest } from '@ingresskit/testkit'
import { connect } from 'node:tls'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { ask } from './command/support/http-client.ts'
import { killCommands, startServe, type RunningServer } from './command/support/ingresskit-process.ts'
import { manifestFolder, removeManifestFolders, service, tlsSecret } from './command/support/manifests.ts'
import { problemsOf } from './command/support/problem-of.ts'
import { ingressOf, type IngressShape } from './support/kubernetes-objects.ts'
import { fingerprintOf, servedFingerprint } from './support/tls-handshake.ts'

const root = certificateAuthority()
const certificates = {
  exact: root.intermediate().issue({ names: ['exact.test'] }),
  wildcard: root.issue({ names: ['*.wild.test'] }),
  precise: root.issue({ names: ['precise.wild.test'] }),
  uncovering: root.issue({ names: ['other-name.test'] }),
  expired: root.issue({ names: ['expired.test'], notBefore: new Date(0), notAfter: new Date(86_400_000) }),
}
const notKey = root.issue({ names: ['mixed.test'] })

let backend: EchoBackend
let server: RunningServer
/** What names get for which there is no certificate. */
let selfSigned: string

beforeAll(async () => {
  backend = await echoBackend({ name: 'web' })
  const site = (name: string, host: string, secretName?: string): IngressShape => ({
    name,
    host,
    paths: [{ service: 'web' }],
    tls: [{ hosts: [host], ...(secretName === undefined ? {} : { secretName }) }],
  })
  const { path } = await manifestFolder({
    'a.yaml': [
      ...service('web', [backend.port]),
      ...Object.entries(certificates).map(([name, certificate]) => tlsSecret(name, certificate)),
      tlsSecret('mixed', { ...notKey, privateKeyPem: certificates.exact.privateKeyPem }),
      ...[
        site('exact', 'exact.test', 'exact'),
        site('wildcard', '*.wild.test', 'wildcard'),
        site('precise', 'precise.wild.test', 'precise'),
        site('uncovering', 'uncovered.test', 'uncovering'),
        site('expired', 'expired.test', 'expired'),
        site('mixed', 'mixed.test', 'mixed'),
        site('absent', 'absent.test', 'absent'),
        site('nameless', 'nameless.test'),
      ].map(ingressOf),
    ],
  })
  server = await startServe(path)
  selfSigned = await servedFingerprint(server.https)
})
afterAll(async () => {
  await killCommands()
  await removeManifestFolders()
  await backend.close()
})

it('has another default certificate than any of the Secrets', () => {
  for (const { certificatePem } of Object.values(certificates))
    expect(selfSigned).not.toBe(fingerprintOf(certificatePem))
})

it.each([
  ['exact.test', 'exact'],
  ['EXACT.Test', 'exact'],
  ['any.wild.test', 'wildcard'],
  ['precise.wild.test', 'precise'],
] as const)('serves %s with the certificate %s', async (name, secret) => {
  expect(await servedFingerprint(server.https, name)).toBe(fingerprintOf(certificates[secret].certificatePem))
})

it.each([
  'unknown.test',
  'two.labels.wild.test',
  'wild.test',
  'uncovered.test',
  'mixed.test',
  'absent.test',
  'nameless.test',
])('serves %s, for which there is no usable certificate, with the default one', async name => {
  expect(await servedFingerprint(server.https, name)).toBe(selfSigned)
  const isRuled = !['unknown.test', 'two.labels.wild.test', 'wild.test'].includes(name)
  expect((await ask(server.https, '/', { host: name, ca: 'any' })).status).toBe(isRuled ? 200 : 404)
})

it('sends the intermediates of a chain, so that a client that trusts the root alone is content', async () => {
  const { status, body } = await ask(server.https, '/', { host: 'exact.test', ca: root.certificatePem })
  expect(status).toBe(200)
  const { headers } = JSON.parse(body) as EchoedRequest
  expect(headers).toMatchObject({
    'x-forwarded-proto': 'https',
    'x-forwarded-port': '443',
    'x-forwarded-for': '127.0.0.1',
  })
})

it('reports each Secret that cannot be served as it is, once, and no other', async () => {
  const problems = await problemsOf(server.admin)
  expect(problems.map(({ severity, name }) => `${severity} ${name}`).toSorted()).toEqual([
    'error absent',
    'error expired',
    'error mixed',
    'warning uncovering',
  ])
  expect(problems.find(({ name }) => name === 'absent')).toMatchObject({
    kind: 'Ingress',
    field: 'spec.tls[0].secretName',
  })
  expect(problems.find(({ name }) => name === 'uncovering')?.message).toContain('uncovered.test')
})

it('reports a field that the reported kind of object has', async () => {
  const fields = (await problemsOf(server.admin)).map(({ kind, field }) => `${kind} ${field}`)
  expect(fields.filter(field => !/^(Ingress (spec|metadata)|Secret (data|type|metadata))\b/.test(field))).toEqual([])
})

it.each(['TLSv1', 'TLSv1.1'] as const)('refuses %s', async version => {
  // Level 0 lets this client offer what OpenSSL itself no longer does.
  const old = { minVersion: version, maxVersion: version, ciphers: 'ALL:@SECLEVEL=0' } as const
  await expect(servedFingerprint(server.https, 'exact.test', old)).rejects.toThrow(
    /protocol version|alert|disconnected/i,
  )
})

it('speaks HTTP/1.1 with a client that offers HTTP/2 too', async () => {
  const client = await rawClient(server.https, {
    tls: { serverName: 'exact.test', ca: root.certificatePem, alpn: ['h2', 'http/1.1'] },
  })
  client.send('GET / HTTP/1.1\r\nHost: exact.test\r\nConnection: close\r\n\r\n')
  expect((await client.closed).received).toMatch(/^HTTP\/1\.1 200 /)
})

it('outlives clients that break off or garble the handshake', async () => {
  for (const bytes of ['GET / HTTP/1.1\r\nHost: exact.test\r\n\r\n', '\x16\x03\x01\x02\x00\x01', '\x00'.repeat(64)]) {
    const client = await rawClient(server.https)
    client.send(bytes)
    client.end()
    await client.closed
  }
  for (const name of ['a'.repeat(255), '*.wild.test', 'under_score.test', '--', 'xn--']) {
    const socket = connect({ port: server.https, host: '127.0.0.1', servername: name, rejectUnauthorized: false })
    await new Promise<void>(resolve => {
      socket.once('secureConnect', resolve).once('error', () => resolve())
    })
    socket.destroy()
  }
  expect(await servedFingerprint(server.https, 'exact.test')).toBe(fingerprintOf(certificates.exact.certificatePem))
})
