/** The two PEM texts of a kubernetes.io/tls Secret, decoded from base64. Never logged, never served. */
export interface TlsSecret {
  /** `namespace/name` of the Secret. */
  readonly key: string
  readonly certificatePem: string
  readonly privateKeyPem: string
}

/** Says which Secret serves which server names: one entry of an Ingress's `spec.tls`. */
export interface TlsBinding {
  readonly secret: string
  /** Server names (`a.example`, `*.example`) that are given this certificate if it covers them. */
  readonly hosts: readonly string[]
  /** Hosts that take this certificate when it covers them and nobody claims them in `hosts`. Not covered: no problem. */
  readonly coveredHosts: readonly string[]
  /** Who asked for it, for problems: `namespace/name` of the Ingress. Bindings are given in order of precedence. */
  readonly owner: string
}

/** Something wrong with a certificate; the names it was meant for are served the last good one or the default one. */
export interface CertificateProblem {
  readonly severity: 'error' | 'warning'
  readonly reason:
    | 'CertificateInvalid'
    | 'PrivateKeyInvalid'
    | 'KeyCertificateMismatch'
    | 'CertificateExpired'
    | 'CertificateNotYetValid'
    | 'CertificateExpiresSoon'
    | 'CertificateChainInvalid'
    | 'HostNotCovered'
    | 'HostClaimedTwice'
  readonly secret: string
  readonly owner?: string
  readonly field?: string
  readonly message: string
}

/** Public facts of a certificate that is served. No key material. */
export interface CertificateFacts {
  readonly secret: string
  readonly serverNames: readonly string[]
  readonly subject: string
  readonly issuer: string
  readonly subjectAltNames: readonly string[]
  readonly keyType: string
  readonly fingerprint256: string
  readonly notBeforeMs: number
  readonly notAfterMs: number
}
