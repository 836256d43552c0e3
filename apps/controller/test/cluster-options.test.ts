/** How a cluster is found and what it may refuse: kubeconfig, context, token, TLS, namespaces, and starts without an answer. */

import { certificateAuthority, echoBackend, fakeApiServer } from '@ingresskit/testkit'
import type { EchoBackend, FakeApiServer, FakeApiServerOptions, FakeObjectInput } from '@ingresskit/testkit'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { eventually } from './command/support/eventually.ts'
import { ask } from './command/support/http-client.ts'
import { freePorts, killCommands, readyServer, runCommand, startCommand } from './command/support/ingresskit-process.ts'
import type { RunningServer } from './command/support/ingresskit-process.ts'
import { manifestFolder, removeManifestFolders } from './command/support/manifests.ts'
import { problemsOf } from './command/support/problem-of.ts'
import { endpointSlice, ingressClass, ingressOf, serviceOf } from './support/kubernetes-objects.ts'

const authority = certificateAuthority()
const own = authority.issue({ names: ['localhost'] })
const secure = { certificate: own.certificatePem, key: own.privateKeyPem, ca: authority.certificatePem } as const
const apis: FakeApiServer[] = []
let backend: EchoBackend

beforeAll(async () => {
  backend = await echoBackend({ name: 'pod' })
})
afterAll(() => backend.close())

describe('a cluster with an authority of its own, a token and three namespaces, of which two are watched', () => {
  let api: FakeApiServer
  let config: string
  let server: RunningServer

  beforeAll(async () => {
    api = await clusterWith(['shop', 'bank', 'office'], { tls: secure, token: 'right' })
    config = await kubeconfigFile(api.kubeconfigYaml())
    server = await serveCluster(config, ['--watch-namespace', 'shop', '--watch-namespace', 'office'])
  })
  afterAll(stopAll)

  it('is asked only for these namespaces, and nothing is written to it but the Lease', async () => {
    const statuses = await Promise.all(['shop', 'bank', 'office'].map(name => statusOf(server, name)))
    expect(statuses).toEqual([200, 404, 200])
    const requests = api.requests().filter(({ plural }) => plural !== undefined)
    // IngressClass has no namespace.
    const wide = requests.filter(({ plural, path }) => plural !== 'ingressclasses' && !path.includes('/namespaces/'))
    expect(wide.map(({ path }) => path)).toEqual([])
    expect(requests.filter(({ path }) => path.includes('/namespaces/bank/'))).toEqual([])
    const written = requests.filter(({ verb }) => !['list', 'watch', 'get'].includes(verb))
    expect(written.filter(({ plural }) => plural !== 'leases')).toEqual([])
  })

  it('shows a problem of its objects with null for the file, until it is mended', async () => {
    expect(await problemsOf(server.admin)).toEqual([])
    api.create(ingressOf({ name: 'lost', namespace: 'shop', host: 'lost.test', paths: [{ service: 'absent' }] }))
    const expected = { severity: 'error', kind: 'Ingress', namespace: 'shop', name: 'lost', file: null }
    await eventually(async () => expect(await problemsOf(server.admin)).toMatchObject([expected]))
    api.create(serviceOf('absent', { namespace: 'shop' }))
    await eventually(async () => expect(await problemsOf(server.admin)).toEqual([]))
  })

  it('is what check and explain look at too', async () => {
    const [checked, explained] = await Promise.all([
      runCommand(['check', '--kubeconfig', config]),
      runCommand(['explain', 'GET', 'http://bank.test/', '--kubeconfig', config]),
    ])
    expect([checked.status, checked.stderr]).toEqual([0, ''])
    expect([explained.status, explained.stderr]).toEqual([0, ''])
    expect(explained.stdout).toContain(`127.0.0.1:${backend.port}`)
  })
})

describe('a cluster of one test', () => {
  afterEach(stopAll)

  it('finds the cluster by $KUBECONFIG, and by the context that is named', async () => {
    const [first, second] = [await clusterWith(['shop']), await clusterWith(['bank'])]
    const text = JSON.stringify({
      apiVersion: 'v1',
      kind: 'Config',
      'current-context': 'one',
      clusters: [first, second].map(({ url }, index) => ({
        name: `cluster-${index}`,
        cluster: { server: url, 'insecure-skip-tls-verify': true },
      })),
      users: [{ name: 'nobody', user: {} }],
      contexts: ['one', 'two'].map((name, index) => ({
        name,
        context: { cluster: `cluster-${index}`, user: 'nobody' },
      })),
    })
    const config = await kubeconfigFile(text)
    const common = ['serve', ...freePorts, '--bind', '127.0.0.1']
    const [current, named] = await Promise.all([
      readyServer(startCommand(common, { KUBECONFIG: config })),
      readyServer(startCommand([...common, '--context', 'two'], { KUBECONFIG: config })),
    ])
    expect([await statusOf(current, 'shop'), await statusOf(current, 'bank')]).toEqual([200, 404])
    expect([await statusOf(named, 'shop'), await statusOf(named, 'bank')]).toEqual([404, 200])
  })

  it('is not ready before everything was listed, and becomes so once the API server answers', async () => {
    const api = await clusterWith(['shop'])
    api.failNext({ plural: 'endpointslices', times: Infinity, answer: { kind: 'status', code: 503 } })
    const command = startCommand(['serve', '--kubeconfig', await kubeconfigFile(api.kubeconfigYaml()), ...freePorts])
    await api.until(() => api.requests().filter(({ plural }) => plural === 'endpointslices').length >= 2)
    expect(command.output()).not.toContain('"ready"')
    api.clearFaults()
    const server = await readyServer(command)
    expect(await statusOf(server, 'shop')).toBe(200)
  })

  it('says which resource it may not read when it lacks a permission', async () => {
    const api = await clusterWith(['shop'])
    const answer = { kind: 'status', code: 403, message: 'endpointslices is forbidden' } as const
    api.failNext({ plural: 'endpointslices', times: Infinity, answer })
    const command = startCommand(['serve', '--kubeconfig', await kubeconfigFile(api.kubeconfigYaml()), ...freePorts])
    await eventually(() =>
      expect(command.output()).toMatch(/endpointslices.*(403|forbidden)|(403|forbidden).*endpointslices/i),
    )
    expect(command.output()).not.toContain('"ready"')
  })

  it('ends a start that waits for the API server when it is told to', async () => {
    const api = await clusterWith(['shop'])
    api.failNext({ times: Infinity, answer: { kind: 'hang' } })
    const command = startCommand(['serve', '--kubeconfig', await kubeconfigFile(api.kubeconfigYaml()), ...freePorts])
    await api.until(() => api.requests().length > 0)
    command.signal('SIGTERM')
    expect((await command.finished).status).toBeDefined()
  })

  it.each([
    ['a kubeconfig that does not exist', undefined, []],
    ['a kubeconfig without clusters', 'apiVersion: v1\nkind: Config\n', []],
    ['a context that the kubeconfig does not have', 'valid', ['--context', 'absent']],
  ] as const)('ends the start for %s with a message that names it', async (_, content, more) => {
    const api = await clusterWith([])
    const folder = await manifestFolder()
    const path = join(folder.path, 'kubeconfig')
    if (content !== undefined) await writeFile(path, content === 'valid' ? api.kubeconfigYaml() : content)
    const { status, stdout, stderr } = await runCommand(['serve', '--kubeconfig', path, ...more, ...freePorts])
    expect([1, 2]).toContain(status)
    expect(stdout + stderr).toContain(more.length > 0 ? 'absent' : path)
    expect(stdout + stderr).not.toMatch(/\n\s+at |TypeError/)
  })
})

async function stopAll(): Promise<void> {
  await killCommands()
  await Promise.all(apis.splice(0).map(api => api.close()))
  await removeManifestFolders()
}

/** An API server with a namespace for each name, in which `NAME.test` leads to the backend. */
async function clusterWith(names: readonly string[], options: FakeApiServerOptions = {}): Promise<FakeApiServer> {
  const api = await fakeApiServer(options)
  apis.push(api)
  const objects = names.flatMap((namespace): readonly FakeObjectInput[] => [
    ingressOf({ name: 'site', namespace, host: `${namespace}.test`, paths: [{ service: 'web' }] }),
    serviceOf('web', { namespace }),
    endpointSlice({ service: 'web', namespace, ports: { http: backend.port } }),
  ])
  for (const object of [ingressClass('ingresskit'), ...objects]) api.create(object)
  return api
}

async function kubeconfigFile(text: string): Promise<string> {
  return join((await manifestFolder({ kubeconfig: text })).path, 'kubeconfig')
}

function serveCluster(kubeconfig: string, more: readonly string[] = []): Promise<RunningServer> {
  return readyServer(startCommand(['serve', '--kubeconfig', kubeconfig, ...freePorts, '--bind', '127.0.0.1', ...more]))
}

async function statusOf(server: RunningServer, name: string): Promise<number> {
  return (await ask(server.http, '/', { host: `${name}.test` })).status
}
