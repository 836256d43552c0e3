/** Services of type ExternalName: denied by default, and never a way to this machine. */

import { echoBackend, type EchoBackend } from '@ingresskit/testkit'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { ask } from './command/support/http-client.ts'
import { killCommands, startServe } from './command/support/ingresskit-process.ts'
import { manifestFolder, removeManifestFolders, type ManifestFolder } from './command/support/manifests.ts'
import { checkLines, problemsOf } from './command/support/problem-of.ts'
import { ingressOf, serviceOf } from './support/kubernetes-objects.ts'

let backend: EchoBackend

beforeAll(async () => {
  backend = await echoBackend({ name: 'inside' })
})
afterEach(killCommands)
afterAll(async () => {
  await removeManifestFolders()
  await backend.close()
})

it('denies them unless allowed, which is an error, as their paths cannot be served', async () => {
  const outside = await externalSites(['elsewhere.example.test'])
  const server = await startServe(outside.path)
  expect((await ask(server.http, '/', { host: 'outside-0.test' })).status).toBe(503)
  const message = expect.stringContaining('external-name')
  expect(await problemsOf(server.admin)).toMatchObject([{ severity: 'error', name: 'outside-0', message }])
  expect((await checkLines(outside.path)).status).toBe(1)
})

it('refuses names and addresses of this machine even where they are allowed', async () => {
  const names = ['localhost', 'LOCALHOST.', '127.0.0.1', '0.0.0.0', '169.254.169.254', '2130706433', '127.1', '::1']
  const server = await startServe((await externalSites(names)).path, ['--external-name', 'allow'])
  for (const [index, name] of names.entries()) {
    const { status } = await ask(server.http, '/', { host: `outside-${index}.test` })
    expect([name, [502, 503].includes(status) ? 'refused' : status]).toEqual([name, 'refused'])
  }
  expect(backend.connectionCount()).toBe(0)
})

/** `outside-N.test` leads to the N-th name, at the port of the backend. */
function externalSites(names: readonly string[]): Promise<ManifestFolder> {
  const { port } = backend
  return manifestFolder({
    'a.yaml': names.flatMap((externalName, index) => [
      {
        ...serviceOf(`outside-${index}`),
        spec: { type: 'ExternalName', externalName, ports: [{ name: 'http', port, protocol: 'TCP' }] },
      },
      ingressOf({
        name: `outside-${index}`,
        host: `outside-${index}.test`,
        paths: [{ service: `outside-${index}`, port }],
      }),
    ]),
  })
}
