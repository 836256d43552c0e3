/** What `--manifests` reads and how options reach `serve`: files, folders, JSON, lists, environment, option file. */

import { echoBackend, type EchoBackend } from '@ingresskit/testkit'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { eventually } from './command/support/eventually.ts'
import { ask } from './command/support/http-client.ts'
import { killCommands, readyServer, startCommand, startServe } from './command/support/ingresskit-process.ts'
import type { RunningServer } from './command/support/ingresskit-process.ts'
import { manifestFolder, removeManifestFolders, service } from './command/support/manifests.ts'
import { problemsOf } from './command/support/problem-of.ts'
import { ingressOf } from './support/kubernetes-objects.ts'

let backend: EchoBackend

beforeAll(async () => {
  backend = await echoBackend({ name: 'web' })
})
afterEach(killCommands)
afterAll(async () => {
  await removeManifestFolders()
  await backend.close()
})

const site = (name: string): object => ingressOf({ name, host: `${name}.test`, paths: [{ service: 'web' }] })
const listOf = (items: readonly object[]): string => JSON.stringify({ apiVersion: 'v1', kind: 'List', items })

it('reads YAML and JSON, several documents, lists, subfolders and files named one by one, and ignores the rest', async () => {
  const folder = await manifestFolder({
    'a.yaml': `# only a comment\n---\n${service('web', [backend.port])
      .map(o => JSON.stringify(o))
      .join('\n---\n')}\n---\n`,
    'b.yml': [site('yml')],
    'c.json': JSON.stringify(site('json')),
    'd.yaml': listOf([site('list-one'), site('list-two')]),
    'e.json': listOf([site('json-list')]),
    'f.yaml': [
      { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web' }, spec: {} },
      { apiVersion: 'example.com/v1', kind: 'Ingress', metadata: { name: 'other-group' }, spec: {} },
    ],
    'README.md': '# [not YAML',
    'notes.txt': '{ neither',
    '.hidden': '{ nor this',
  })
  await mkdir(join(folder.path, 'sub', 'deeper'), { recursive: true })
  await writeFile(join(folder.path, 'sub', 'deeper', 'g.yaml'), JSON.stringify(site('deep')))
  const single = await manifestFolder({ 'h.yaml': [site('single')], 'i.yaml': [site('not-named')] })
  const server = await startServe(folder.path, ['--manifests', join(single.path, 'h.yaml')])
  for (const name of ['yml', 'json', 'list-one', 'list-two', 'json-list', 'deep', 'single'])
    expect([name, await statusOf(server, name)]).toEqual([name, 200])
  expect(await statusOf(server, 'not-named')).toBe(404)
  expect(await problemsOf(server.admin)).toEqual([])
})

it('follows subfolders that come and go, and a file named by itself that is replaced', async () => {
  const folder = await manifestFolder({ 'a.yaml': service('web', [backend.port]) })
  const single = await manifestFolder({ 'b.yaml': [site('before')] })
  const server = await startServe(folder.path, ['--manifests', join(single.path, 'b.yaml')])
  expect(await statusOf(server, 'before')).toBe(200)
  await single.write('b.yaml', [site('after')])
  await eventually(async () => expect(await statusOf(server, 'after')).toBe(200))
  expect(await statusOf(server, 'before')).toBe(404)

  const sub = join(folder.path, 'new', 'sub')
  await mkdir(sub, { recursive: true })
  await writeFile(join(sub, 'c.yaml'), JSON.stringify(site('nested')))
  await eventually(async () => expect(await statusOf(server, 'nested')).toBe(200))
  // Written in place, as most editors do.
  await writeFile(join(sub, 'c.yaml'), JSON.stringify(site('nested-again')))
  await eventually(async () => expect(await statusOf(server, 'nested-again')).toBe(200))
  await rm(join(folder.path, 'new'), { recursive: true })
  await eventually(async () => expect(await statusOf(server, 'nested-again')).toBe(404))
  expect(await statusOf(server, 'after')).toBe(200)
})

it('takes every option of serve from the environment and from an option file', async () => {
  const folder = await manifestFolder({ 'a.yaml': [...service('web', [backend.port]), site('web')] })
  const common = { 'http-port': 0, 'https-port': 0, 'admin-port': 0, bind: '127.0.0.1', 'drain-delay': 0 }
  const options = JSON.stringify({ ...common, manifests: [folder.path] })
  const config = await manifestFolder({ 'options.yaml': options })
  const fromFile = await readyServer(startCommand(['serve', '--config', join(config.path, 'options.yaml')]))
  expect(await statusOf(fromFile, 'web')).toBe(200)
  const fromEnvironment = await readyServer(
    startCommand(['serve'], {
      INGRESSKIT_MANIFESTS: folder.path,
      INGRESSKIT_HTTP_PORT: '0',
      INGRESSKIT_HTTPS_PORT: '0',
      INGRESSKIT_ADMIN_PORT: '0',
      INGRESSKIT_BIND: '127.0.0.1',
    }),
  )
  expect(await statusOf(fromEnvironment, 'web')).toBe(200)
})

it('binds only where it is told to', async () => {
  const folder = await manifestFolder({ 'a.yaml': [...service('web', [backend.port]), site('web')] })
  const server = await startServe(folder.path, ['--bind', '127.0.0.2', '--admin-bind', '127.0.0.3'])
  for (const port of [server.http, server.https, server.admin])
    await expect(ask(port, '/')).rejects.toThrow(/ECONNREFUSED/)
  expect((await fetch(`http://127.0.0.3:${server.admin}/readyz`)).status).toBe(200)
  expect((await fetch(`http://127.0.0.2:${server.http}/healthz`)).status).toBe(200)
})

it('binds every address of both families by default', async () => {
  const folder = await manifestFolder({ 'a.yaml': [...service('web', [backend.port]), site('web')] })
  const ports = ['--http-port', '0', '--https-port', '0', '--admin-port', '0']
  const server = await readyServer(startCommand(['serve', '--manifests', folder.path, ...ports]))
  expect(await statusOf(server, 'web')).toBe(200)
  expect((await fetch(`http://[::1]:${server.http}/healthz`)).status).toBe(200)
})

it('hands requests of unknown hosts to an Ingress with a default backend alone, but not those of hosts with rules', async () => {
  const catchAll = await echoBackend({ name: 'catch-all' })
  const folder = await manifestFolder({
    'a.yaml': [
      ...service('web', [backend.port]),
      ...service('rest', [catchAll.port]),
      ingressOf({ name: 'web', host: 'web.test', paths: [{ path: '/in', service: 'web' }] }),
      ingressOf({ name: 'rest', paths: [], defaultBackend: 'rest' }),
    ],
  })
  const server = await startServe(folder.path)
  const nameOf = async (host: string, path: string): Promise<unknown> => {
    const { status, headers } = await ask(server.http, path, { host })
    return headers['x-backend'] ?? status
  }
  expect(await nameOf('unknown.test', '/any')).toBe('catch-all')
  expect(await nameOf('unknown.test', '/healthz')).toBe('catch-all')
  expect(await nameOf('web.test', '/in')).toBe('web')
  // contract.md: no fall-through from a named host to a host-less rule.
  expect(await nameOf('web.test', '/out')).toBe(404)
  await catchAll.close()
})

async function statusOf(server: RunningServer, name: string): Promise<number> {
  return (await ask(server.http, '/', { host: `${name}.test` })).status
}
