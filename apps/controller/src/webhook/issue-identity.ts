// An authority and the one certificate it ever signs, made in memory: what a replica serves with.
import 'reflect-metadata'
import { createHash, webcrypto, X509Certificate } from 'node:crypto'
import * as x509 from '@peculiar/x509'
import type { Identity } from '../self-signed.ts'

/** A serving certificate with its key, and the authority that vouches for it. */
export interface ServingIdentity extends Identity {
  /** Certificate of the authority, PEM as `X509Certificate` writes it: what clients have to trust. Its key is gone. */
  readonly authorityPem: string
  /** When it was made, milliseconds since the epoch; certificates are valid from an hour before. */
  readonly issuedAtMs: number
  /** End of both certificates, milliseconds since the epoch. */
  readonly notAfterMs: number
}

/** What the certificates say. */
export interface IssueOptions {
  /** Milliseconds since the epoch. */
  readonly nowMs: number
  /** From now on. */
  readonly validityMs: number
  /** DNS names of the server; at least one. */
  readonly serverNames: readonly string[]
  /** Who makes it: the authority carries this name, so that bundles can tell whose it is. */
  readonly replica: string
}

/** The organization of every authority made here. */
export const authorityOrganization = 'ingresskit webhook'

/** Clocks may differ: certificates are valid a little earlier than they are made. */
const backdatedMs = 3_600_000
const algorithm = { name: 'ECDSA', namedCurve: 'P-256' }
const signingAlgorithm = { name: 'ECDSA', hash: 'SHA-256' }

/**
 * Makes two P-256 key pairs, an authority and a serving certificate below it. A few milliseconds.
 *
 * The authority's key signs once and is dropped, so nobody can ever make another certificate that its bundle vouches for.
 */
export async function issueIdentity(options: IssueOptions): Promise<ServingIdentity> {
  const { nowMs, validityMs, serverNames, replica } = options
  const [authorityKeys, serverKeys] = await Promise.all([newKeys(), newKeys()])
  const serial = newSerial()
  const validity = { notBefore: new Date(nowMs - backdatedMs), notAfter: new Date(nowMs + validityMs) }
  const authority = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: serial,
    // The serial number makes the name unique: a client finds the right one among several authorities by its name.
    name: [{ O: [authorityOrganization] }, { OU: [replicaUnit(replica)] }, { CN: [serial] }],
    ...validity,
    signingAlgorithm,
    keys: authorityKeys,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign, true),
      await x509.SubjectKeyIdentifierExtension.create(authorityKeys.publicKey),
    ],
  })
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: newSerial(),
    subject: [{ CN: [serverNames.find(name => name.length <= maxNameLength) ?? 'ingresskit webhook'] }],
    issuer: authority.subject,
    ...validity,
    signingAlgorithm,
    publicKey: serverKeys.publicKey,
    signingKey: authorityKeys.privateKey,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension(serverNames.map(value => ({ type: 'dns' as const, value }))),
      await x509.AuthorityKeyIdentifierExtension.create(authorityKeys.publicKey),
    ],
  })
  return {
    certificatePem: canonicalPem(certificate),
    privateKeyPem: x509.PemConverter.encode(
      await webcrypto.subtle.exportKey('pkcs8', serverKeys.privateKey),
      'PRIVATE KEY',
    ),
    authorityPem: canonicalPem(authority),
    issuedAtMs: nowMs,
    notAfterMs: nowMs + validityMs,
  }
}

/** How the name of a replica is written into its authorities: as it is, or what stands for it when it is too long. */
export function replicaUnit(replica: string): string {
  return replica !== '' && replica.length <= maxNameLength
    ? replica
    : createHash('sha256').update(replica).digest('hex')
}

const maxNameLength = 64 // RFC 5280 appendix A, ub-organizational-unit-name and ub-common-name

async function newKeys(): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
}

function newSerial(): string {
  const bytes = Buffer.from(webcrypto.getRandomValues(new Uint8Array(16))).toString('hex')
  return bytes.replace(/^[089a-f]/u, '7') // Positive, and without leading zeros (RFC 5280 §4.1.2.2).
}

/** As `X509Certificate` writes it, so that texts of the same certificate are equal. */
function canonicalPem(certificate: x509.X509Certificate): string {
  return new X509Certificate(new Uint8Array(certificate.rawData)).toString()
}
