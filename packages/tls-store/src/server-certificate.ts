/** A certificate chain with its private key, checked to belong together: what a server name can be served with. */
import { createPrivateKey, X509Certificate, type KeyObject } from 'node:crypto'
import { pemCertificates } from './pem-certificates.ts'
import { subjectAltNames } from './subject-alt-names.ts'
import type { CertificateFacts, CertificateProblem, TlsSecret } from './tls-secret.ts'

/** Immutable, and compared by identity: one object per content of a Secret. */
export interface ServerCertificate {
  readonly secret: string
  readonly leaf: X509Certificate
  /** The certificates alone, leaf first: nothing else that the Secret's text may hold. */
  readonly chainPem: string
  readonly privateKeyPem: string
  readonly facts: Omit<CertificateFacts, 'serverNames'>
  /** What is wrong with it at any time; validity depends on the clock and is judged elsewhere. */
  readonly warnings: readonly CertificateProblem[]
}

export type ServerCertificateResult =
  | { readonly kind: 'ok'; readonly certificate: ServerCertificate }
  | { readonly kind: 'invalid'; readonly problem: CertificateProblem }

/** Certificates per chain at most. Public chains have two to four. */
const maxChainLength = 16
/** OpenSSL's security level 2 refuses shorter RSA keys; longer ones let one tenant's handshakes take all the CPU. */
const rsaBits = { min: 2048, max: 8192 } as const

/**
 * Total: never throws. About a millisecond. Problems carry OpenSSL's error code at most, never its text, which may quote
 * the input.
 */
export function serverCertificate(secret: TlsSecret): ServerCertificateResult {
  const invalid = (reason: CertificateProblem['reason'], field: string, message: string): ServerCertificateResult => ({
    kind: 'invalid',
    problem: { severity: 'error', reason, secret: secret.key, field: `data["${field}"]`, message },
  })

  const blocks = pemCertificates(secret.certificatePem, maxChainLength + 1)
  if (blocks.length === 0) return invalid('CertificateInvalid', 'tls.crt', 'no PEM certificate in tls.crt')
  if (blocks.length > maxChainLength) {
    return invalid('CertificateInvalid', 'tls.crt', `more than ${maxChainLength} certificates in tls.crt`)
  }
  const chain = attempt(() => blocks.map(block => new X509Certificate(block)))
  if (chain.kind === 'failed') {
    return invalid('CertificateInvalid', 'tls.crt', `a certificate in tls.crt cannot be read (${chain.code})`)
  }
  const [leaf] = chain.value
  const leafKey = attempt(() => leaf?.publicKey)
  if (leaf === undefined || leafKey.kind === 'failed' || leafKey.value === undefined) {
    return invalid('CertificateInvalid', 'tls.crt', 'the key type of the certificate is not supported')
  }
  const bits = leafKey.value.asymmetricKeyDetails?.modulusLength
  if (bits !== undefined && (bits < rsaBits.min || bits > rsaBits.max)) {
    const message = `the RSA key has ${bits} bits; use ${rsaBits.min} to ${rsaBits.max}`
    return invalid('CertificateInvalid', 'tls.crt', message)
  }
  const privateKey = attempt(() => createPrivateKey({ key: secret.privateKeyPem, format: 'pem' }))
  if (privateKey.kind === 'failed') {
    const message = `tls.key is not an unencrypted PEM private key (${privateKey.code})`
    return invalid('PrivateKeyInvalid', 'tls.key', message)
  }
  const matches = attempt(() => leaf.checkPrivateKey(privateKey.value))
  if (matches.kind === 'failed' || !matches.value) {
    const message = 'tls.key is not the key of the first certificate in tls.crt: put the leaf first, or the right key'
    return invalid('KeyCertificateMismatch', 'tls.key', message)
  }
  const certificate: ServerCertificate = {
    secret: secret.key,
    leaf,
    chainPem: blocks.join(''),
    privateKeyPem: secret.privateKeyPem,
    facts: factsOf(leaf, leafKey.value, secret.key),
    warnings: chainWarnings(chain.value, secret.key),
  }
  return { kind: 'ok', certificate }
}

type Attempt<T> = { readonly kind: 'done'; readonly value: T } | { readonly kind: 'failed'; readonly code: string }

function attempt<T>(action: () => T): Attempt<T> {
  try {
    return { kind: 'done', value: action() }
  } catch (error) {
    return { kind: 'failed', code: errorCode(error) }
  }
}

/** The `code` of an error from OpenSSL (`ERR_OSSL_PEM_NO_START_LINE`): all of it that may be shown. */
export function errorCode(error: unknown): string {
  const code: unknown = error instanceof Error && 'code' in error ? error.code : undefined
  return typeof code === 'string' && /^[A-Z0-9_]{1,80}$/.test(code) ? code : 'unknown error'
}

function factsOf(leaf: X509Certificate, publicKey: KeyObject, secret: string): Omit<CertificateFacts, 'serverNames'> {
  const { modulusLength, namedCurve } = publicKey.asymmetricKeyDetails ?? {}
  return {
    secret,
    subject: leaf.subject ?? '',
    issuer: leaf.issuer ?? '',
    subjectAltNames: subjectAltNames(leaf.subjectAltName),
    keyType: [publicKey.asymmetricKeyType ?? 'unknown', modulusLength ?? namedCurve].filter(Boolean).join(' '),
    fingerprint256: leaf.fingerprint256,
    notBeforeMs: leaf.validFromDate.getTime(),
    notAfterMs: leaf.validToDate.getTime(),
  }
}

/** Each certificate must be issued by the next (RFC 5246 §7.4.2; RFC 8446 §4.4.2 only recommends it). Clients vary. */
function chainWarnings(chain: readonly X509Certificate[], secret: string): readonly CertificateProblem[] {
  const broken = chain.findIndex((certificate, index) => {
    const issuer = chain[index + 1]
    return issuer !== undefined && !isIssuedBy(certificate, issuer)
  })
  if (broken < 0) return []
  const message = `certificate ${broken + 1} in tls.crt is not issued by the one after it: order them leaf to root`
  return [{ severity: 'warning', reason: 'CertificateChainInvalid', secret, field: 'data["tls.crt"]', message }]
}

function isIssuedBy(certificate: X509Certificate, issuer: X509Certificate): boolean {
  const answer = attempt(() => certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey))
  return answer.kind === 'done' && answer.value
}
