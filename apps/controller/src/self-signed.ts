import 'reflect-metadata'
import { webcrypto } from 'node:crypto'
import * as x509 from '@peculiar/x509'

/** A certificate and its key, PEM. */
export interface Identity {
  readonly certificatePem: string
  readonly privateKeyPem: string
}

const dayMs = 86_400_000

/** What a self-signed certificate says. */
export interface SelfSignedOptions {
  /** Milliseconds since the epoch; it is valid for a year from the day before. */
  readonly nowMs: number
  readonly commonName: string
  readonly serverNames: readonly string[]
}

/** The certificate for clients whose server name nobody claims. It tells what it is, and reveals no name of a site. */
export async function defaultIdentity(nowMs: number): Promise<Identity> {
  return selfSignedIdentity({
    nowMs,
    commonName: 'ingresskit default certificate',
    serverNames: ['ingresskit.invalid'],
  })
}

/** A self-signed ECDSA P-256 certificate with a fresh key, made in memory and never stored. */
export async function selfSignedIdentity({ nowMs, commonName, serverNames }: SelfSignedOptions): Promise<Identity> {
  const keys = await webcrypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign', 'verify'])
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: Buffer.from(webcrypto.getRandomValues(new Uint8Array(16)))
      .toString('hex')
      .replace(/^[89a-f]/, '7'),
    name: `CN=${commonName}`,
    notBefore: new Date(nowMs - dayMs),
    notAfter: new Date(nowMs + 365 * dayMs),
    signingAlgorithm: { name: 'ECDSA', hash: 'SHA-256' },
    keys,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.SubjectAlternativeNameExtension(serverNames.map(value => ({ type: 'dns' as const, value }))),
    ],
  })
  const privateKey = await webcrypto.subtle.exportKey('pkcs8', keys.privateKey)
  return {
    certificatePem: certificate.toString('pem'),
    privateKeyPem: x509.PemConverter.encode(privateKey, 'PRIVATE KEY'),
  }
}
