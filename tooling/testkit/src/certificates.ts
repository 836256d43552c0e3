/** X.509 certificates made on the spot, so that no key is ever kept in the repository and none expires in CI. */
import { generateKeyPairSync, sign, type KeyObject } from 'node:crypto'
import { certificateDer, type CertificateContent } from './certificates-der.ts'

/** PEM texts as a kubernetes.io/tls Secret has them: the chain, leaf first, and its PKCS#8 key. */
export interface TestCertificate {
  readonly certificatePem: string
  readonly privateKeyPem: string
}

export interface TestCertificateOptions {
  /** DNS subjectAltNames, wildcards included. Empty: no such extension at all. */
  readonly names: readonly string[]
  /** Default: the first name, else `test`. */
  readonly commonName?: string
  /** Default: an hour ago. */
  readonly notBefore?: Date
  /** Default: 90 days from now. */
  readonly notAfter?: Date
  /** `ecdsa` = P-256 (default; a millisecond), `rsa` = slow: up to a second. */
  readonly keyType?: 'ecdsa' | 'rsa'
  /** Default 2048. */
  readonly rsaBits?: number
  /** Curve of an `ecdsa` key. Default `P-256`. */
  readonly curve?: string
}

/** Issues certificates. Nothing of it is trusted by anybody until `certificatePem` is passed as `ca`. */
export interface CertificateAuthority {
  /** Its own certificate only. */
  readonly certificatePem: string
  /** A leaf followed by the intermediates up to, not including, the root. */
  issue(options: TestCertificateOptions): TestCertificate
  /** An authority below this one. */
  intermediate(): CertificateAuthority
}

interface Issuer {
  readonly commonName: string
  readonly key: KeyObject
  /** Certificates to send after a leaf. */
  readonly chainPem: string
}

/** One certificate that signed itself. */
export function selfSignedCertificate(options: TestCertificateOptions): TestCertificate {
  const keys = keyPair(options)
  const commonName = options.commonName ?? options.names[0] ?? 'test'
  return {
    certificatePem: signedPem(content(options, commonName), keys.publicKey, { commonName, key: keys.privateKey }),
    privateKeyPem: privatePem(keys.privateKey),
  }
}

/** A new root authority with a P-256 key. */
export function certificateAuthority(): CertificateAuthority {
  const { publicKey, privateKey } = keyPair({})
  const commonName = `test root ${nextSerial()}`
  const certificatePem = signedPem(authorityContent(commonName), publicKey, { commonName, key: privateKey })
  return authority(certificatePem, { commonName, key: privateKey, chainPem: '' })
}

function authority(certificatePem: string, issuer: Issuer): CertificateAuthority {
  return {
    certificatePem,
    issue(options) {
      const keys = keyPair(options)
      const commonName = options.commonName ?? options.names[0] ?? 'test'
      const leafPem = signedPem(content(options, commonName), keys.publicKey, issuer)
      return { certificatePem: leafPem + issuer.chainPem, privateKeyPem: privatePem(keys.privateKey) }
    },
    intermediate() {
      const { publicKey, privateKey } = keyPair({})
      const commonName = `test intermediate ${nextSerial()}`
      const pem = signedPem(authorityContent(commonName), publicKey, issuer)
      return authority(pem, { commonName, key: privateKey, chainPem: pem + issuer.chainPem })
    },
  }
}

function keyPair(options: Pick<TestCertificateOptions, 'keyType' | 'rsaBits' | 'curve'>): {
  publicKey: KeyObject
  privateKey: KeyObject
} {
  return options.keyType === 'rsa'
    ? generateKeyPairSync('rsa', { modulusLength: options.rsaBits ?? 2048 })
    : generateKeyPairSync('ec', { namedCurve: options.curve ?? 'P-256' })
}

function content(options: TestCertificateOptions, commonName: string): CertificateContent {
  return {
    commonName,
    names: options.names,
    role: 'leaf',
    notBefore: options.notBefore ?? new Date(Date.now() - 3_600_000),
    notAfter: options.notAfter ?? new Date(Date.now() + 90 * 86_400_000),
  }
}

function authorityContent(commonName: string): CertificateContent {
  return { ...content({ names: [] }, commonName), role: 'authority' }
}

function signedPem(
  leaf: CertificateContent,
  publicKey: KeyObject,
  issuer: { readonly commonName: string; readonly key: KeyObject },
): string {
  const der = certificateDer(leaf, {
    serialNumber: nextSerial(),
    issuerCommonName: issuer.commonName,
    publicKeyInfo: publicKey.export({ type: 'spki', format: 'der' }),
    algorithm: issuer.key.asymmetricKeyType === 'rsa' ? 'sha256WithRSA' : 'ecdsaWithSHA256',
    sign: bytes => sign('sha256', bytes, issuer.key),
  })
  const lines = der.toString('base64').match(/.{1,64}/g) ?? []
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`
}

function privatePem(key: KeyObject): string {
  return key.export({ type: 'pkcs8', format: 'pem' })
}

let serial = 0

function nextSerial(): number {
  serial += 1
  return serial
}
