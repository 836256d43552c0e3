/** OpenSSL contexts of the certificates in use, made at the first handshake that wants one. */
import { createSecureContext, type SecureContext } from 'node:tls'
import { LRUCache } from 'lru-cache'
import { errorCode, type ServerCertificate } from './server-certificate.ts'
import { tlsServerOptions } from './tls-server-options.ts'

export type SecureContextResult =
  | { readonly kind: 'context'; readonly context: SecureContext }
  | { readonly kind: 'failed'; readonly code: string }

export interface SecureContexts {
  /** Made once and then kept, until `max` others were used since; a failure is kept as well. Never throws. */
  contextOf(certificate: ServerCertificate): SecureContextResult
  /** What is kept for the certificate, if anything; changes nothing. */
  peek(certificate: ServerCertificate): SecureContextResult | undefined
  /** Drops what is kept for other certificates, keys included. O(kept). */
  retain(certificates: ReadonlySet<ServerCertificate>): void
}

/** Bounded by `max`, a positive integer: about 30 KiB and, to make it, 2 ms each. */
export function secureContexts(options: { readonly max: number }): SecureContexts {
  // Keys are certificates that were published, never names that clients send.
  const kept = new LRUCache<ServerCertificate, SecureContextResult>({ max: options.max })
  return {
    contextOf(certificate) {
      const known = kept.get(certificate)
      if (known !== undefined) return known
      const made = makeContext(certificate)
      kept.set(certificate, made)
      return made
    },
    peek: certificate => kept.peek(certificate),
    retain(certificates) {
      for (const certificate of kept.keys()) if (!certificates.has(certificate)) kept.delete(certificate)
    },
  }
}

function makeContext({ chainPem, privateKeyPem }: ServerCertificate): SecureContextResult {
  try {
    return {
      kind: 'context',
      context: createSecureContext({ ...tlsServerOptions, cert: chainPem, key: privateKeyPem }),
    }
  } catch (error) {
    return { kind: 'failed', code: errorCode(error) }
  }
}
