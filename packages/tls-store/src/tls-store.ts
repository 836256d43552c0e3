import type { SecureContext } from 'node:tls'
import type { CertificateFacts, CertificateProblem, TlsBinding, TlsSecret } from './tls-secret.ts'

/** What the store is to serve from now on. */
export interface TlsState {
  /** In order of precedence: the first binding that can serve a name has it. */
  readonly bindings: readonly TlsBinding[]
  /** By `namespace/name`; a bound Secret that is absent is not a problem of the store, and is no longer served. */
  readonly secrets: ReadonlyMap<string, TlsSecret>
  /** Secrets that exist but that `parseTlsSecret` could not read: they keep being served with their last good certificate. */
  readonly unreadableSecrets?: ReadonlySet<string>
  /** Key of the Secret for clients without a (known) server name; absent = `fallbackIdentity`. */
  readonly defaultSecret?: string
}

/** What a store is made from. */
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
  /**
   * Replaces what is served and answers everything that is wrong with it. Validity is judged at this moment: publish the
   * same state again (cheap) to learn that a certificate expired meanwhile.
   */
  publish(state: TlsState): readonly CertificateProblem[]
  /** Exact name, then the wildcard of its parent, then the default. Never throws. */
  contextFor(serverName: string): SecureContext
  /** Whether a certificate of its own (not the default) is served for the name. */
  covers(serverName: string): boolean
  /** What is served to clients without a known server name: for the server's own `cert` and `key`. */
  readonly defaultIdentity: { readonly certificatePem: string; readonly privateKeyPem: string }
  /** Calls the listener, which must not throw, in every `publish` that changed `defaultIdentity`. Returns how to stop it. */
  onDefaultChange(listener: () => void): () => void
  /** The certificates in use, the default one too unless it is the fallback (which is in no Secret). O(names). */
  certificates(): readonly CertificateFacts[]
}
