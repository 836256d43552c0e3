/** Protocol versions and ciphers of every handshake, whichever certificate it gets. */
import { constants } from 'node:crypto'
import type { SecureContextOptions } from 'node:tls'

/**
 * Pass these to `tls.createServer` (or `http2.createSecureServer`) too: OpenSSL negotiates versions and ciphers with the
 * server's own options and takes only the certificate from the context that `SNICallback` answers.
 *
 * TLS 1.2 and 1.3 with the suites of Mozilla's "intermediate" configuration (wiki.mozilla.org/Security/Server_Side_TLS,
 * version 5.7), less the DHE ones, which need parameters of their own. Renegotiation is off.
 */
export const tlsServerOptions: Readonly<
  Pick<SecureContextOptions, 'minVersion' | 'ciphers' | 'honorCipherOrder' | 'secureOptions'>
> = {
  minVersion: 'TLSv1.2',
  ciphers: [
    'TLS_AES_128_GCM_SHA256',
    'TLS_AES_256_GCM_SHA384',
    'TLS_CHACHA20_POLY1305_SHA256',
    'ECDHE-ECDSA-AES128-GCM-SHA256',
    'ECDHE-RSA-AES128-GCM-SHA256',
    'ECDHE-ECDSA-AES256-GCM-SHA384',
    'ECDHE-RSA-AES256-GCM-SHA384',
    'ECDHE-ECDSA-CHACHA20-POLY1305',
    'ECDHE-RSA-CHACHA20-POLY1305',
  ].join(':'),
  honorCipherOrder: true,
  secureOptions: constants.SSL_OP_NO_RENEGOTIATION,
}
