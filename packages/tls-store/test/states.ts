/** States and secrets, for the tests of this package. */
import { X509Certificate } from 'node:crypto'
import { selfSignedCertificate, type TestCertificate } from '@ingresskit/testkit'
import { createTlsStore, type TlsBinding, type TlsSecret, type TlsState, type TlsStore } from '../src/index.ts'

export const fallback: TestCertificate = selfSignedCertificate({ names: [], commonName: 'fallback' })

export function newStore(options: { readonly maxContexts?: number; readonly now?: () => number } = {}): TlsStore {
  return createTlsStore({ fallbackIdentity: fallback, now: Date.now, ...options })
}

export function binding(secret: string, hosts: readonly string[], coveredHosts: readonly string[] = []): TlsBinding {
  return { secret, hosts, coveredHosts, owner: `shop/ingress-of-${secret.replace('/', '-')}` }
}

export function state(
  bindings: readonly TlsBinding[],
  secrets: Readonly<Record<string, Pick<TlsSecret, 'certificatePem' | 'privateKeyPem'>>>,
  more: Partial<TlsState> = {},
): TlsState {
  const entries = Object.entries(secrets).map(([key, pair]) => [key, { key, ...pair }] as const)
  return { bindings, secrets: new Map(entries), ...more }
}

export function fingerprintOf(pair: Pick<TlsSecret, 'certificatePem'>): string {
  return new X509Certificate(pair.certificatePem).fingerprint256
}
