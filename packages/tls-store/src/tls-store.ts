import type { SecureContext } from 'node:tls'
import type { CertificateFacts, CertificateProblem, TlsBinding, TlsSecret } from './tls-secret.ts'

/** What the store is to serve from now on. */
export interface TlsState {
  readonly bindings: readonly TlsBinding[]
  /** By `namespace/name`; a bound Secret that is absent is not a problem of the store. */
  readonly secrets: ReadonlyMap<string, TlsSecret>
  /** Key of the Secret for clients without a (known) server name; absent = `fallbackIdentity`. */
  readonly defaultSecret?: string
}

export interface TlsStoreOptions {
  /** Served when nothing else fits: usually self-signed, made at start. */
  readonly fallbackIdentity: { readonly certificatePem: string; readonly privateKeyPem: string }
  /** Secure contexts kept at most; the least recently used are rebuilt on demand. Default 1000. */
  readonly maxContexts?: number
  /** Milliseconds since the epoch. */
  readonly now: () => number
}

/** Certificates by server name. New handshakes see a `publish` at once; connections that exist are not touched. */
export interface TlsStore {
  publish(state: TlsState): readonly CertificateProblem[]
  /** Exact name, then the wildcard of its parent, then the default. Never throws. */
  contextFor(serverName: string): SecureContext
  /** Whether a certificate of its own (not the default) is served for the name. */
  covers(serverName: string): boolean
  readonly defaultIdentity: { readonly certificatePem: string; readonly privateKeyPem: string }
  onDefaultChange(listener: () => void): () => void
  certificates(): readonly CertificateFacts[]
}
