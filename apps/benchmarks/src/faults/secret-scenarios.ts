/** A certificate that changes all the time. */

import { once } from 'node:events'
import { connect as connectTls } from 'node:tls'
import { setTimeout as pause } from 'node:timers/promises'
import { X509Certificate } from 'node:crypto'
import { certificateAuthority, type TestCertificate } from '@ingresskit/testkit'
import { ingressFor, tlsSecret } from './cluster-objects.ts'
import { eventually } from './eventually.ts'
import type { FaultStage } from './fault-stage.ts'
import type { Scenario, ScenarioNotes } from './scenario.ts'
import { steadyLoad } from './steady-load.ts'

export const secretScenarios: readonly Scenario[] = [
  {
    name: 'secret-rotated',
    title: 'Certificate replaced every 200 ms, a new TLS connection for each request',
    maxApiRequests: { short: 30, full: 60 },
    run: rotateCertificate,
  },
]

const secureHost = 'secure.test'
const rotationMs = 200
const visibleWithinMs = 10_000

async function rotateCertificate(stage: FaultStage): Promise<ScenarioNotes> {
  const { api, site, service } = stage
  const authority = certificateAuthority()
  const trust = { servername: secureHost, ca: authority.certificatePem }
  const issue = (): TestCertificate => authority.issue({ names: [secureHost] })
  const first = issue()
  api.create(tlsSecret('secure', first))
  site.addHost(secureHost)
  api.create(ingressFor('secure', secureHost, 'secure'))
  const served = async (): Promise<string> => {
    const socket = connectTls({ port: service.next().httpsPort, host: '127.0.0.1', ...trust })
    await once(socket, 'secureConnect')
    const { fingerprint256 } = socket.getPeerCertificate()
    socket.destroy()
    return fingerprint256
  }
  const untilServed = async ({ certificatePem }: TestCertificate): Promise<number> => {
    const since = performance.now()
    const wanted = new X509Certificate(certificatePem).fingerprint256
    await eventually(async () => {
      const now = await served()
      if (now !== wanted) throw new Error(`the certificate ${now} is served, not ${wanted}`)
    }, visibleWithinMs)
    return performance.now() - since
  }

  await untilServed(first)
  const clients = steadyLoad({
    host: secureHost,
    getClients: 10,
    postClients: 0,
    intervalMs: 100,
    connections: 'new',
    connect: () => {
      const replica = service.next()
      return { replica, socket: connectTls({ port: replica.httpsPort, host: '127.0.0.1', ...trust }) }
    },
  })
  const rotations = stage.length === 'full' ? 150 : 10
  let last = first
  for (let rotation = 0; rotation < rotations; rotation += 1) {
    await pause(rotationMs)
    last = issue()
    api.update(tlsSecret('secure', last))
  }
  const convergedMs = await untilServed(last)
  await clients.stop()
  return { convergedMs, moreClients: clients, note: `${rotations} certificates, ${clients.sent()} handshakes` }
}
