/** How `serve` ends: by a signal without losing a request, or at once when it cannot start. */

import { createServer, type AddressInfo } from 'node:net'
import { rawClient } from '@ingresskit/testkit'
import { expect, test } from 'vitest'
import { eventually } from './support/eventually.ts'
import { heldSite } from './support/held-site.ts'
import { ask } from './support/http-client.ts'
import { startLoad } from './support/keep-alive-load.ts'
import { freePorts, runCommand, startServe } from './support/ingresskit-process.ts'

const site = heldSite()

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  test(`${signal} lets a request in flight finish, closes the listeners and exits 0`, async () => {
    const server = await startServe(site.manifests)
    const answer = ask(server.http, '/held', { host: 'a.test' })
    await eventually(() => expect(site.held).toHaveLength(1))
    server.signal(signal)
    await eventually(() => expect(ask(server.http, '/', { host: 'a.test' })).rejects.toThrow(/ECONNREFUSED/))
    site.held[0]?.end('finished after the signal')
    expect(await answer).toMatchObject({ status: 200, body: 'finished after the signal' })
    expect(await server.finished).toMatchObject({ status: 0 })
  })
}

test('SIGTERM lets a request body that is still being sent arrive', async () => {
  const server = await startServe(site.manifests)
  const client = await rawClient(server.http)
  client.send('POST / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 10\r\n\r\nhello')
  await eventually(() => expect(site.backend.connectionCount()).toBe(1))
  server.signal('SIGTERM')
  await eventually(() => expect(ask(server.http, '/', { host: 'a.test' })).rejects.toThrow(/ECONNREFUSED/))
  client.send('world')
  expect(await client.until('helloworld')).toMatch(/^HTTP\/1\.1 200 /)
  await client.closed
  expect(await server.finished).toMatchObject({ status: 0 })
})

test('SIGTERM closes idle keep-alive connections', async () => {
  const server = await startServe(site.manifests)
  const idle = await rawClient(server.http)
  idle.send('GET / HTTP/1.1\r\nHost: a.test\r\n\r\n')
  await idle.until('X-Backend')
  const silent = await rawClient(server.http)
  server.signal('SIGTERM')
  await Promise.all([idle.closed, silent.closed])
  expect(await server.finished).toMatchObject({ status: 0 })
})

test('during the drain delay /readyz says 503 and /healthz 200 while traffic is still accepted', async () => {
  const server = await startServe(site.manifests, ['--drain-delay', '2'])
  server.signal('SIGTERM')
  await eventually(async () => expect((await ask(server.admin, '/readyz')).status).toBe(503))
  expect((await ask(server.admin, '/readyz')).body).toMatch(/drain|terminat|shut/i)
  expect((await ask(server.http, '/', { host: 'a.test' })).status).toBe(200)
  expect((await ask(server.https, '/', { host: 'a.test', ca: 'any' })).status).toBe(200)
  expect((await ask(server.admin, '/healthz')).status).toBe(200)
  expect(await server.finished).toMatchObject({ status: 0 })
})

test('after the drain timeout requests still in flight are cut and the process ends', async () => {
  const server = await startServe(site.manifests, ['--drain-timeout', '0.2'])
  const client = await rawClient(server.http)
  client.send('GET /held HTTP/1.1\r\nHost: a.test\r\n\r\n')
  await eventually(() => expect(site.held).toHaveLength(1))
  server.signal('SIGTERM')
  expect((await client.closed).received).not.toMatch(/^HTTP\/1\.1 200/)
  expect((await server.finished).status).toBeDefined()
})

for (const [drain, more] of [
  ['without a drain delay', []],
  ['with a drain delay of half a second', ['--drain-delay', '0.5']],
] as const) {
  test(`SIGTERM under keep-alive load fails no request ${drain}`, async () => {
    const server = await startServe(site.manifests, more)
    const load = startLoad(server.http, { host: 'a.test', clients: 8, agent: { keepAlive: true, maxSockets: 1 } })
    await eventually(() => expect(load.finishedCount()).toBeGreaterThan(200))
    server.signal('SIGTERM')
    await load.stopped
    expect(load.failures()).toEqual([])
    expect(await server.finished).toMatchObject({ status: 0 })
  })
}

for (const option of ['--http-port', '--https-port', '--admin-port']) {
  test(`a port in use for ${option} ends the start with status 1 and a message that names the port`, async () => {
    const taken = createServer()
    await new Promise<void>(resolve => {
      taken.listen({ port: 0, host: '127.0.0.1' }, resolve)
    })
    const { port } = taken.address() as AddressInfo
    const args = ['serve', '--manifests', site.manifests, ...freePorts, '--bind', '127.0.0.1']
    args[args.indexOf(option) + 1] = String(port)
    const { status, stdout, stderr } = await runCommand(args)
    expect(status).toBe(1)
    expect(stdout + stderr).toContain(String(port))
    expect(stdout).not.toContain('"ready"')
    await new Promise(resolve => {
      taken.close(resolve)
    })
  })
}

test('a --manifests path that does not exist ends the start with status 1 and a message that names it', async () => {
  const path = `${site.manifests}/no-such-folder`
  const { status, stdout, stderr } = await runCommand([
    'serve',
    '--manifests',
    path,
    ...freePorts,
    '--bind',
    '127.0.0.1',
  ])
  expect(status).toBe(1)
  expect(stdout + stderr).toContain(path)
  expect(stdout).not.toContain('"ready"')
})
