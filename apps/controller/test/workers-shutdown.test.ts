/** How `serve --workers 2` ends: every worker drains, and nobody's request is lost. */

import { rawClient } from '@ingresskit/testkit'
import { createServer, type AddressInfo } from 'node:net'
import { expect, it } from 'vitest'
import { eventually } from './command/support/eventually.ts'
import { heldSite } from './command/support/held-site.ts'
import { ask } from './command/support/http-client.ts'
import { freePorts, runCommand, startServe } from './command/support/ingresskit-process.ts'
import type { Finished } from './command/support/ingresskit-process.ts'
import { startLoad } from './command/support/keep-alive-load.ts'
import { ingress, manifestFolder, service } from './command/support/manifests.ts'
import { workerConnections } from './support/worker-connections.ts'

const site = heldSite()

/** What a command said about why it cannot start. */
const failureOf = ({ stdout }: Finished): string | undefined => /"msg":"(cannot start: .*)"/.exec(stdout)?.[1]

for (const [drain, more] of [
  ['without a drain delay', ['--data-plane', 'http-proxy-3']],
  ['without a drain delay, with the wire engine', ['--data-plane', 'wire']],
  ['with a drain delay of half a second', ['--data-plane', 'http-proxy-3', '--drain-delay', '0.5']],
  ['with a drain delay of half a second, with the wire engine', ['--data-plane', 'wire', '--drain-delay', '0.5']],
] as const) {
  it(`SIGTERM under keep-alive load fails no request of any worker ${drain}`, async () => {
    const server = await startServe(site.manifests, ['--workers', '2', ...more])
    const load = startLoad(server.http, { host: 'a.test', clients: 8, agent: { keepAlive: true, maxSockets: 1 } })
    await eventually(() => expect(load.finishedCount()).toBeGreaterThan(200))
    server.signal('SIGTERM')
    await load.stopped
    expect(load.failures()).toEqual([])
    expect(await server.finished).toMatchObject({ status: 0 })
    expect(server.logLines().at(-1)).toMatchObject({ msg: 'stopped', cut: 0 })
  })
}

it('SIGTERM lets a request in flight in each worker finish', async () => {
  const server = await startServe(site.manifests, ['--workers', '2'])
  const agents = [...(await workerConnections(server, 2)).values()]
  const answers = agents.map(agent => ask(server.http, '/held', { host: 'a.test', agent }))
  await eventually(() => expect(site.held).toHaveLength(2))
  server.signal('SIGTERM')
  await eventually(() => expect(ask(server.http, '/', { host: 'a.test' })).rejects.toThrow(/ECONNREFUSED/))
  for (const response of site.held) response.end('finished after the signal')
  for (const answer of await Promise.all(answers))
    expect(answer).toMatchObject({ status: 200, body: 'finished after the signal' })
  expect(await server.finished).toMatchObject({ status: 0 })
})

it('adds up the requests that each worker had to cut, and a second signal cuts at once', async () => {
  const server = await startServe(site.manifests, ['--workers', '2', '--drain-timeout', '600'])
  const agents = [...(await workerConnections(server, 2)).values()]
  const answers = agents.map(agent => ask(server.http, '/held', { host: 'a.test', agent }))
  const cuts = Promise.allSettled(answers)
  await eventually(() => expect(site.held).toHaveLength(2))
  server.signal('SIGTERM')
  await eventually(() => expect(server.logLines().at(-1)).toMatchObject({ msg: 'draining' }))
  server.signal('SIGTERM')
  expect((await cuts).map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  expect(await server.finished).toMatchObject({ status: 0 })
  expect(server.logLines().at(-1)).toMatchObject({ msg: 'stopped', cut: 2 })
})

it('follows changes in every worker while connections are still accepted', async () => {
  const folder = await manifestFolder({ 'a.yaml': service('web', [site.backend.port]) })
  const server = await startServe(folder.path, ['--workers', '2', '--drain-delay', '600'])
  server.signal('SIGTERM')
  await eventually(() => expect(server.logLines().at(-1)).toMatchObject({ msg: 'draining' }))
  await folder.write('late.yaml', [ingress({ name: 'late', host: 'late.test', paths: [{ service: 'web' }] })])
  // So many connections, one after the other, reach both workers but for one run in 2^23.
  await eventually(async () => {
    for (let sent = 0; sent < 24; sent++) expect((await ask(server.http, '/', { host: 'late.test' })).status).toBe(200)
  })
  server.signal('SIGTERM')
  expect(await server.finished).toMatchObject({ status: 0 })
})

it('SIGTERM closes idle keep-alive connections of every worker', async () => {
  const server = await startServe(site.manifests, ['--workers', '2'])
  const idle = await Promise.all(Array.from({ length: 12 }, () => rawClient(server.http)))
  for (const client of idle) {
    client.send('GET / HTTP/1.1\r\nHost: a.test\r\n\r\n')
    await client.until('X-Backend')
  }
  server.signal('SIGTERM')
  await Promise.all(idle.map(client => client.closed))
  expect(await server.finished).toMatchObject({ status: 0 })
})

it('writes the access log of every worker, line by line, to the last request', async () => {
  const server = await startServe(site.manifests, ['--workers', '2', '--access-log'])
  const paths = Array.from({ length: 100 }, (_, index) => `/${index}`)
  await Promise.all(paths.map(path => ask(server.http, path, { host: 'a.test' })))
  server.signal('SIGTERM')
  const { stdout } = await server.finished
  const lines = stdout
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line) as { readonly msg: string; readonly path?: string })
  const logged = lines.filter(({ msg }) => msg === 'request').map(({ path }) => path)
  expect(new Set(logged)).toEqual(new Set(paths))
  expect(logged).toHaveLength(paths.length)
})

it('does not start on a port that somebody else has, with the message of one thread', async () => {
  const taken = createServer()
  await new Promise<void>(resolve => {
    taken.listen({ port: 0, host: '127.0.0.1' }, resolve)
  })
  const { port } = taken.address() as AddressInfo
  for (const option of ['--http-port', '--https-port']) {
    const args = ['serve', '--manifests', site.manifests, ...freePorts, '--bind', '127.0.0.1']
    args[args.indexOf(option) + 1] = String(port)
    const [one, two] = await Promise.all([runCommand(args), runCommand([...args, '--workers', '2'])])
    expect([one.status, two.status]).toEqual([1, 1])
    expect(failureOf(two)).toBe(failureOf(one))
    expect(failureOf(two)).toContain(String(port))
  }
  await new Promise(resolve => {
    taken.close(resolve)
  })
})

it('does not start with one port for both listeners, with the message of one thread', async () => {
  const args = ['serve', '--manifests', site.manifests, '--bind', '127.0.0.1', '--admin-port', '0']
  const server = await startServe(site.manifests)
  server.signal('SIGTERM')
  await server.finished
  // Free a moment ago.
  args.push('--http-port', String(server.http), '--https-port', String(server.http))
  const one = await runCommand(args)
  const two = await runCommand([...args, '--workers', '2'])
  expect([one.status, two.status]).toEqual([1, 1])
  expect(failureOf(two)).toBe(failureOf(one))
  expect(failureOf(two)).toContain('https')
})

it('does not start on a port that the workers of another controller share', async () => {
  const server = await startServe(site.manifests, ['--workers', '2'])
  const args = ['serve', '--manifests', site.manifests, ...freePorts, '--bind', '127.0.0.1', '--workers', '2']
  args[args.indexOf('--http-port') + 1] = String(server.http)
  const { status, stdout } = await runCommand(args)
  expect(status).toBe(1)
  expect(stdout).toContain(`port ${server.http}`)
  expect(stdout).not.toContain('"ready"')
})
