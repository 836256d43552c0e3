/** What the clock says about a certificate. */
import type { ServerCertificate } from './server-certificate.ts'
import type { CertificateProblem } from './tls-secret.ts'

const dayMs = 86_400_000
/** ingress-nginx warns at the same distance. */
const expiresSoonMs = 10 * dayMs

/** Whether a client with a right clock accepts its dates. `nowMs`: milliseconds since the epoch. */
export function isValidAt({ facts }: ServerCertificate, nowMs: number): boolean {
  return nowMs >= facts.notBeforeMs && nowMs <= facts.notAfterMs
}

/**
 * Expired and not yet valid are errors. Less than 10 days left is a warning; for certificates that live less than 30 days,
 * less than a third of their life, so that short-lived ones do not warn from their first day on.
 */
export function validityProblems({ secret, facts }: ServerCertificate, nowMs: number): readonly CertificateProblem[] {
  const problem = (severity: 'error' | 'warning', reason: CertificateProblem['reason'], message: string) => [
    { severity, reason, secret, field: 'data["tls.crt"]', message },
  ]
  const { notBeforeMs, notAfterMs } = facts
  const until = new Date(notAfterMs).toISOString()
  if (nowMs > notAfterMs) return problem('error', 'CertificateExpired', `the certificate expired at ${until}: renew it`)
  if (nowMs < notBeforeMs) {
    const from = new Date(notBeforeMs).toISOString()
    return problem('error', 'CertificateNotYetValid', `the certificate is not valid before ${from}: check the clocks`)
  }
  if (notAfterMs - nowMs < Math.min(expiresSoonMs, (notAfterMs - notBeforeMs) / 3)) {
    return problem('warning', 'CertificateExpiresSoon', `the certificate expires at ${until}: renew it`)
  }
  return []
}
