import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { certificateAuthority, type FakeApiServer, fakeApiServer } from '@ingresskit/testkit'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { eventually } from '../command/support/eventually.ts'
import { killCommands, runCommand, type Running, startCommand } from '../command/support/ingresskit-process.ts'
import { badIngress, review } from './support/admission-reviews.ts'
import { authoritiesIn, storedBundle, webhookConfiguration } from './support/bundles.ts'
import { send } from './support/https-client.ts'

let server: FakeApiServer
let folder: string

beforeEach(async () => {
  server = await fakeApiServer()
  folder = await mkdtemp(join(tmpdir(), 'ingresskit-webhook-'))
  await writeFile(join(folder, 'kubeconfig'), server.kubeconfigYaml())
})
afterEach(async () => {
  await killCommands()
  await server.close()
  await rm(folder, { recursive: true })
})

const flags = ['--bind', '127.0.0.1', '--webhook-port', '0', '--drain-delay', '0']

async function portIn(command: Running, message: string): Promise<number> {
  return eventually(() => {
    const line = command.logLines().find(({ msg }) => msg === message)
    if (line === undefined) throw new Error(`no line "${message}" yet: ${command.output()}`)
    return Number(line['port'])
  })
}

it('puts its authority into the configuration, and takes it out when it is told to end', async () => {
  server.create(webhookConfiguration())
  const command = startCommand(['webhook', ...flags, '--kubeconfig', join(folder, 'kubeconfig')], {
    POD_NAME: 'webhook-1',
  })
  const port = await portIn(command, 'listening')
  await server.until(() => authoritiesIn(storedBundle(server)).length === 1)
  const ca = storedBundle(server)
  expect(Buffer.from(ca).toString()).toContain('BEGIN CERTIFICATE')
  const probe = await send({ port, ca, path: '/readyz', method: 'GET' })
  expect([probe.status, probe.text]).toEqual([503, 'API servers may not have read caBundle yet\n'])
  const { text } = await send({ port, ca, body: JSON.stringify(review({ object: badIngress })) })
  expect(JSON.parse(text)).toMatchObject({ response: { allowed: false } })
  command.signal('SIGTERM')
  const { status, stderr } = await command.finished
  expect([status, stderr, storedBundle(server)]).toEqual([0, '', ''])
})

it('serves certificate files without a cluster, is ready at once, and says so in one line of JSON', async () => {
  const authority = certificateAuthority()
  const { certificatePem, privateKeyPem } = authority.issue({ names: ['ingresskit-webhook.ingresskit.svc'] })
  const [certificateFile, keyFile] = [join(folder, 'tls.crt'), join(folder, 'tls.key')]
  await Promise.all([writeFile(certificateFile, certificatePem), writeFile(keyFile, privateKeyPem)])
  const command = startCommand(['webhook', ...flags, '--tls-cert-file', certificateFile, '--tls-key-file', keyFile])
  const port = await portIn(command, 'ready')
  expect(command.logLines().find(({ msg }) => msg === 'ready')).toMatchObject({ level: 'info', port })
  const probe = await send({ port, ca: authority.certificatePem, path: '/readyz', method: 'GET' })
  expect(probe.status).toBe(200)
  command.signal('SIGTERM')
  expect((await command.finished).status).toBe(0)
})

it('refuses half of a pair of files, and files that are not there', async () => {
  const half = await runCommand(['webhook', ...flags, '--tls-key-file', 'tls.key'])
  expect([half.status, half.stderr]).toEqual([2, 'error: --tls-key-file: give --tls-cert-file too\n'])
  const gone = await runCommand(['webhook', ...flags, '--tls-key-file', 'gone.key', '--tls-cert-file', 'gone.crt'])
  expect([gone.status, gone.stdout]).toEqual([1, expect.stringContaining('cannot start: cannot read')])
})
