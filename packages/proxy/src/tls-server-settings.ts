/** How an HTTPS listener chooses certificates, the same for every codec. */

import { constants } from 'node:crypto'
import type { SecureContext, SecureContextOptions, Server, TlsOptions } from 'node:tls'
import type { ListenerOptions, ProxyLimits, TlsListenerOptions } from './data-plane.ts'

/** A listener that speaks TLS. */
export type TlsListener = ListenerOptions & { readonly tls: TlsListenerOptions }

/** Options for `tls.createServer` or `https.createServer`. */
export function tlsServerSettings(listener: TlsListener, limits: ProxyLimits): TlsOptions {
  const { tls } = listener
  return {
    handshakeTimeout: limits.tlsHandshakeTimeoutMs,
    ALPNProtocols: ['http/1.1'],
    SNICallback: (serverName, callback) => {
      let context: SecureContext | undefined
      try {
        context = tls.contextFor(serverName)
      } catch {
        context = undefined // the default identity; a throw here must not reach OpenSSL
      }
      callback(null, context)
    },
    ...defaultContext(listener),
  }
}

/** Keeps the server's default identity up to date; the result ends that. */
export function followDefaultIdentity(server: Server, listener: TlsListener): () => void {
  return listener.tls.onDefaultChange(() => {
    try {
      server.setSecureContext(defaultContext(listener))
    } catch {
      // The last usable identity stays: a bad one must not end TLS for everybody. Its owner has reported it.
    }
  })
}

function defaultContext({ tls, tlsServerOptions }: TlsListener): SecureContextOptions {
  const { certificatePem, privateKeyPem } = tls.defaultIdentity
  return {
    cert: certificatePem,
    key: privateKeyPem,
    minVersion: 'TLSv1.2',
    ...tlsServerOptions,
    secureOptions: (tlsServerOptions?.secureOptions ?? 0) | constants.SSL_OP_NO_RENEGOTIATION,
  }
}
