/** `serve --kubeconfig`: what the API server says becomes traffic, and its absence stops none. */

import { certificateAuthority, echoBackend, fakeApiServer } from '@ingresskit/testkit'
import type { EchoBackend, FakeApiServer, FakeObjectInput } from '@ingresskit/testkit'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { eventually } from '../command/support/eventually.ts'
import { ask } from '../command/support/http-client.ts'
import { freePorts, killCommands, readyServer, startCommand } from '../command/support/ingresskit-process.ts'
import type { RunningServer } from '../command/support/ingresskit-process.ts'
import { manifestFolder, removeManifestFolders, tlsSecret } from '../command/support/manifests.ts'
import {
  endpointSlice,
  ingressClass,
  ingressOf,
  serviceOf,
  terminatingConditions,
} from '../support/kubernetes-objects.ts'
import { answeredBy, sendToEcho } from '../support/send-request.ts'
import { fingerprintOf, servedFingerprint } from '../support/tls-handshake.ts'

const authority = certificateAuthority()
const certificate = authority.issue({ names: ['site.test'] })
const host = 'site.test'
const podAddress = '127.0.0.1'

let api: FakeApiServer
let backends: readonly EchoBackend[]
let server: RunningServer
const opened: { close(): Promise<void> }[] = []

beforeEach(async () => {
  backends = await Promise.all(['a', 'b'].map(name => echoBackend({ name })))
  api = await fakeApiServer()
  opened.push(...backends, api)
  const objects = [
    ingressClass('ingresskit'),
    ingressOf({
      name: 'site',
      host,
      paths: [{ service: 'web' }],
      tls: [{ hosts: [host], secretName: 'site-certificate' }],
      annotations: { 'nginx.ingress.kubernetes.io/ssl-redirect': 'false' },
    }),
    serviceOf('web'),
    slice('a'),
    tlsSecret('site-certificate', certificate) as FakeObjectInput,
    tlsSecret('nobody-names-it', authority.issue({ names: ['private.test'] })) as FakeObjectInput,
  ]
  for (const object of objects) api.create(object)
  const { path } = await manifestFolder({ kubeconfig: api.kubeconfigYaml() })
  server = await readyServer(
    startCommand(['serve', '--kubeconfig', `${path}/kubeconfig`, ...freePorts, '--bind', '127.0.0.1']),
  )
})
afterEach(async () => {
  await killCommands()
  await Promise.all(opened.splice(0).map(each => each.close()))
  await removeManifestFolders()
})

/** The EndpointSlice with the one endpoint of a backend. */
function slice(name: string, conditions: object = { ready: true, serving: true, terminating: false }): FakeObjectInput {
  const port = backends.find(backend => backend.name === name)?.port ?? 0
  const onLoopback = endpointSlice({ service: 'web', sliceName: `web-${name}`, ports: { http: port } })
  return {
    ...onLoopback,
    endpoints: [
      {
        addresses: [podAddress],
        conditions,
        targetRef: { kind: 'Pod', namespace: 'default', name: `pod-${name}` },
      },
    ],
  }
}

/** Resolves once eight requests in a row are answered by exactly these backends, or with this status. */
async function expectReached(...names: readonly (string | number)[]): Promise<void> {
  await eventually(async () => {
    const reached = new Set<string | number>()
    for (let sent = 0; sent < 8; sent++) reached.add(await answeredBy(server.http, { host }))
    expect([...reached].map(String).sort()).toEqual(names.map(String).sort())
  })
}

it('serves what the cluster has, on HTTP and on HTTPS with its Secret, as soon as it is ready', async () => {
  expect(await sendToEcho(server.http, { host, path: '/plain' })).toMatchObject({ name: 'a', url: '/plain' })
  const ca = authority.certificatePem
  expect(await sendToEcho(server.https, { host, path: '/safe', ca })).toMatchObject({ name: 'a', url: '/safe' })
  expect(await servedFingerprint(server.https, host)).toBe(fingerprintOf(certificate.certificatePem))
})

it('follows pods that come, terminate, go and come back', async () => {
  await expectReached('a')
  api.create(slice('b'))
  await expectReached('a', 'b')
  api.update(slice('a', terminatingConditions))
  await expectReached('b')
  api.delete('EndpointSlice', 'default/web-a')
  api.delete('EndpointSlice', 'default/web-b')
  await expectReached(503)
  api.create(slice('a'))
  await expectReached('a')
})

it('follows Ingresses and Secrets', async () => {
  api.create(ingressOf({ name: 'late', host: 'late.test', paths: [{ service: 'web' }] }))
  await eventually(async () => expect(await answeredBy(server.http, { host: 'late.test' })).toBe('a'))
  api.delete('Ingress', 'default/late')
  await eventually(async () => expect(await answeredBy(server.http, { host: 'late.test' })).toBe(404))
  const next = authority.issue({ names: [host] })
  api.update(tlsSecret('site-certificate', next) as FakeObjectInput)
  await eventually(async () =>
    expect(await servedFingerprint(server.https, host)).toBe(fingerprintOf(next.certificatePem)),
  )
})

describe('while the API server is away', () => {
  const expectServing = async (): Promise<void> => {
    for (let sent = 0; sent < 10; sent++) expect(await answeredBy(server.http, { host })).toBe('a')
    expect(await answeredBy(server.https, { host, ca: authority.certificatePem })).toBe('a')
    expect((await ask(server.admin, '/readyz')).status).toBe(200)
  }

  it('keeps serving and stays ready while every request to it fails, and follows again afterwards', async () => {
    api.failNext({ times: Infinity, answer: { kind: 'status', code: 503 } })
    const before = api.requests().length
    api.cutWatches('reset')
    await api.until(() => api.requests().length >= before + 5)
    await expectServing()
    api.create(slice('b'))
    api.clearFaults()
    await expectReached('a', 'b')
  })

  it('keeps serving and stays ready when it is gone', async () => {
    await api.close()
    await expectServing()
  })
})

it('asks for Secrets by name alone, and only for those that an Ingress names', async () => {
  await eventually(async () =>
    expect(await servedFingerprint(server.https, host)).toBe(fingerprintOf(certificate.certificatePem)),
  )
  const asked = api.requests().filter(({ plural }) => plural === 'secrets')
  expect(asked.length).toBeGreaterThan(0)
  for (const { path, query } of asked) {
    const name = query.get('fieldSelector') ?? path
    expect(name).toMatch(/^metadata\.name=site-certificate$|\/secrets\/site-certificate$/)
    expect(path).toContain('/namespaces/default/')
  }
})
