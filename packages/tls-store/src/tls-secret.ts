/** The two PEM texts of a kubernetes.io/tls Secret, decoded from base64. Never logged, never served. */
export interface TlsSecret {
  /** `namespace/name` of the Secret. */
  readonly key: string
  /** `tls.crt`: the leaf first, then the chain. */
  readonly certificatePem: string
  /** `tls.key`. */
  readonly privateKeyPem: string
}

/** Says which Secret serves which server names: one entry of an Ingress's `spec.tls`. */
export interface TlsBinding {
  /** `namespace/name` of the Secret. */
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
  /** `error`: the certificate is not served, or clients refuse it. `warning`: it soon will be, or a name is not served with it. */
  readonly severity: 'error' | 'warning'
  /** Stable CamelCase word. */
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
  /** `namespace/name` of the Secret that has the problem. */
  readonly secret: string
  /** `namespace/name` of the Ingress whose binding is affected, if it is about one. */
  readonly owner?: string
  /** Field of the Secret, e.g. `data['tls.crt']`. */
  readonly field?: string
  /** What is wrong and what to do about it; never key material. */
  readonly message: string
}

/** Public facts of a certificate that is served. No key material. */
export interface CertificateFacts {
  /** `namespace/name` of the Secret it came from. */
  readonly secret: string
  /** The names it is served for, by the bindings. */
  readonly serverNames: readonly string[]
  /** Distinguished name, one attribute a line as node:crypto prints it. */
  readonly subject: string
  /** As `subject`, of the issuer. */
  readonly issuer: string
  /** DNS names and addresses it is valid for. */
  readonly subjectAltNames: readonly string[]
  /** E.g. `ec` or `rsa`. */
  readonly keyType: string
  /** SHA-256 of the certificate, colon-separated hex. */
  readonly fingerprint256: string
  /** Start of validity, milliseconds since the epoch. */
  readonly notBeforeMs: number
  /** End of validity, milliseconds since the epoch. */
  readonly notAfterMs: number
}
