/** Looks at the certificate that a server name is served with. */

import { X509Certificate } from 'node:crypto'
import { connect, type ConnectionOptions } from 'node:tls'

/** SHA-256 fingerprint of the certificate that a new handshake gets; without a name no SNI is sent. Rejects when the handshake fails. */
export function servedFingerprint(
  port: number,
  serverName?: string,
  options: Pick<ConnectionOptions, 'minVersion' | 'maxVersion' | 'ciphers'> = {},
): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  const socket = connect({
    port,
    host: '127.0.0.1',
    rejectUnauthorized: false,
    ...(serverName === undefined ? {} : { servername: serverName }),
    ...options,
  })
  socket.once('error', reject)
  socket.once('secureConnect', () => {
    resolve(socket.getPeerCertificate().fingerprint256)
    socket.destroy()
  })
  return promise
}

/** Of the first certificate of a PEM text. */
export function fingerprintOf(pem: string): string {
  return new X509Certificate(pem).fingerprint256
}
