/** Which Ingresses are this controller's, and what options say about it. */

import { echoBackend, type EchoBackend } from '@ingresskit/testkit'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { eventually } from './command/support/eventually.ts'
import { ask } from './command/support/http-client.ts'
import { killCommands, startServe, type RunningServer } from './command/support/ingresskit-process.ts'
import { manifestFolder, removeManifestFolders, service, type ManifestFolder } from './command/support/manifests.ts'
import { endpointSlice, ingressClass, ingressOf, serviceOf, type IngressShape } from './support/kubernetes-objects.ts'

const oldAnnotation = 'kubernetes.io/ingress.class'
let backend: EchoBackend
let folder: ManifestFolder

beforeAll(async () => {
  backend = await echoBackend({ name: 'web' })
  const shapes: readonly Omit<IngressShape, 'host' | 'paths'>[] = [
    { name: 'named' },
    { name: 'foreign', className: 'nginx' },
    { name: 'classless', className: 'none' },
    { name: 'annotated', className: 'none', annotations: { [oldAnnotation]: 'ingresskit' } },
    { name: 'annotated-foreign', className: 'none', annotations: { [oldAnnotation]: 'nginx' } },
    { name: 'field-foreign', className: 'nginx', annotations: { [oldAnnotation]: 'ingresskit' } },
    { name: 'field-ours', annotations: { [oldAnnotation]: 'nginx' } },
    { name: 'by-object', className: 'special' },
    { name: 'by-foreign-object', className: 'other' },
  ]
  folder = await manifestFolder({
    'site.yaml': [
      ...service('web', [backend.port]),
      ingressClass('special'),
      ingressClass('other', { controller: 'example.com/other' }),
      ...shapes.map(shape => ingressOf({ ...shape, host: `${shape.name}.test`, paths: [{ service: 'web' }] })),
      serviceOf('web', { namespace: 'bank' }),
      endpointSlice({ service: 'web', namespace: 'bank', ports: { http: backend.port } }),
      ingressOf({ name: 'named', namespace: 'bank', host: 'bank.test', paths: [{ service: 'web' }] }),
    ],
  })
})
afterEach(killCommands)
afterAll(async () => {
  await removeManifestFolders()
  await backend.close()
})

const hosts = [
  'named',
  'foreign',
  'classless',
  'annotated',
  'annotated-foreign',
  'field-foreign',
  'field-ours',
  'by-object',
  'by-foreign-object',
  'bank',
] as const

it('serves Ingresses of its class by field, by IngressClass object and by the old annotation, which the field beats', async () => {
  expect(await served(await startServe(folder.path))).toEqual(['named', 'annotated', 'field-ours', 'by-object', 'bank'])
})

it('serves Ingresses without a class only when told to', async () => {
  const server = await startServe(folder.path, ['--watch-ingress-without-class'])
  expect(await served(server)).toContain('classless')
})

it('serves Ingresses without a class while an IngressClass of its own is the default', async () => {
  const server = await startServe(folder.path)
  await folder.write('class.yaml', [ingressClass('ingresskit', { isDefault: 'true' })])
  await eventually(async () => expect(await served(server)).toContain('classless'))
  await folder.remove('class.yaml')
  await eventually(async () => expect(await served(server)).not.toContain('classless'))
})

it('answers to another class name and another controller class when told to', async () => {
  const server = await startServe(folder.path, ['--ingress-class', 'nginx', '--controller-class', 'example.com/other'])
  expect(await served(server)).toEqual(['foreign', 'annotated-foreign', 'field-foreign', 'by-foreign-object'])
})

it('reads only the namespaces that it is told to watch', async () => {
  const server = await startServe(folder.path, ['--watch-namespace', 'bank'])
  expect(await served(server)).toEqual(['bank'])
})

/** Which of the hosts answer; the others must be unknown. */
async function served(server: RunningServer): Promise<readonly string[]> {
  const statuses = await Promise.all(
    hosts.map(async name => ({ name, status: (await ask(server.http, '/', { host: `${name}.test` })).status })),
  )
  for (const { status } of statuses) expect([200, 404]).toContain(status)
  return statuses.filter(({ status }) => status === 200).map(({ name }) => name)
}
