/** HTTPS with the certificate of a Secret, and with the next one once it is rotated. */

import { certificateAuthority, type TestCertificate } from '@ingresskit/testkit'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { eventually } from '../command/support/eventually.ts'
import { fingerprintOf, servedFingerprint } from '../support/tls-handshake.ts'
import type { E2eObject } from './support/e2e-objects.ts'
import { e2eWorld, expectAnswers, withinMs, type E2eWorld } from './support/e2e-world.ts'

const host = 'secure.test'
const authority = certificateAuthority()

describe('a Secret with a certificate', { timeout: 120_000 }, () => {
  let world: E2eWorld

  beforeEach(async () => {
    world = await e2eWorld()
  }, 120_000)
  afterEach(() => world.close(), 120_000)

  const secretOf = (certificate: TestCertificate): E2eObject => ({
    apiVersion: 'v1',
    kind: 'Secret',
    type: 'kubernetes.io/tls',
    metadata: { name: 'certificate', namespace: world.namespace },
    data: {
      'tls.crt': Buffer.from(certificate.certificatePem).toString('base64'),
      'tls.key': Buffer.from(certificate.privateKeyPem).toString('base64'),
    },
  })

  it('is used for the hosts of the Ingress that names it, also when it comes later, and when it is rotated', async () => {
    const { objects, ingress, service, slice } = world
    await objects.put(service('web'))
    await objects.put(slice('web', await world.backend('a')))
    const tls = [{ hosts: [host], secretName: 'certificate' }]
    await objects.put(ingress({ name: 'site', host, paths: [{ service: 'web' }], tls }))
    const server = await world.serve()

    const expectServed = (certificate: TestCertificate): Promise<void> =>
      eventually(async () => {
        expect(await servedFingerprint(server.https, host)).toBe(fingerprintOf(certificate.certificatePem))
      }, withinMs)
    const first = authority.issue({ names: [host] })
    await objects.put(secretOf(first))
    await expectServed(first)
    await expectAnswers(server, { host, ca: authority.certificatePem }, ['a'])
    const second = authority.issue({ names: [host] })
    await objects.put(secretOf(second))
    await expectServed(second)
    await expectAnswers(server, { host, ca: authority.certificatePem }, ['a'])
  })
})
