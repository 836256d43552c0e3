/** Where the client's bytes go in: a plain listener, or one that speaks TLS. */

import { createSecureContext } from 'node:tls'
import { certificateAuthority, rawClient, type RawConnection } from '@ingresskit/testkit'
import type { DataPlaneOptions } from '../../src/index.ts'
import type { Fixture } from '../data-plane-contract/fixture.ts'

export type Transport = 'plain' | 'tls'

/** Opens a data plane with one listener of the kind; resolves with what connects to it. */
export async function openSurface(
  open: Fixture['open'],
  transport: Transport,
  options: Pick<DataPlaneOptions, 'route' | 'limits'>,
): Promise<() => Promise<RawConnection>> {
  if (transport === 'plain') return (await open(options)).client
  const { port } = await open({ ...options, listeners: [tlsListener] })
  return () => rawClient(port, { tls: { serverName, ca: authority.certificatePem } })
}

const serverName = 'site.test'
const authority = certificateAuthority()
const identity = authority.issue({ names: [serverName] })
const context = createSecureContext({ cert: identity.certificatePem, key: identity.privateKeyPem })
const tlsListener = {
  name: 'https',
  host: '127.0.0.1',
  port: 0,
  tls: { contextFor: () => context, defaultIdentity: identity, onDefaultChange: () => () => {} },
} as const
