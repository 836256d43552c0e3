/** Which certificate each Secret is served with now, remembering the last good one of every Secret. */
import { isValidAt, validityProblems } from './certificate-validity.ts'
import { serverCertificate, type ServerCertificate, type ServerCertificateResult } from './server-certificate.ts'
import type { CertificateProblem, TlsSecret } from './tls-secret.ts'
import type { TlsState } from './tls-store.ts'

export interface SecretCertificate {
  /** What was read last; absent when the Secret has been unreadable from the start. */
  readonly read?: { readonly secret: TlsSecret; readonly result: ServerCertificateResult }
  /** Absent when there has been no usable certificate yet. */
  readonly served?: ServerCertificate
}

/** By `namespace/name`: the Secrets that are bound or the default, and exist. */
export type SecretCertificates = ReadonlyMap<string, SecretCertificate>

/**
 * A Secret whose content did not change is not read again. One that became bad keeps what it was served with before; one
 * that is gone is gone. O(Secrets), and a millisecond for each that changed.
 */
export function secretCertificates(previous: SecretCertificates, state: TlsState, nowMs: number): SecretCertificates {
  const wanted = new Set(state.bindings.map(binding => binding.secret))
  if (state.defaultSecret !== undefined) wanted.add(state.defaultSecret)
  const next = new Map<string, SecretCertificate>()
  for (const key of wanted) {
    const before = previous.get(key)
    const secret = state.secrets.get(key)
    if (secret !== undefined) next.set(key, readSecret(secret, before, nowMs))
    else if (before !== undefined && state.unreadableSecrets?.has(key) === true) next.set(key, before)
  }
  return next
}

/** What is wrong with the Secrets, whatever names they are for. */
export function secretProblems(certificates: SecretCertificates, nowMs: number): readonly CertificateProblem[] {
  return [...certificates.values()].flatMap(({ read, served }) => {
    if (read === undefined) return []
    const { result } = read
    const problems =
      result.kind === 'invalid'
        ? [result.problem]
        : [...validityProblems(result.certificate, nowMs), ...result.certificate.warnings]
    const isServed = result.kind === 'ok' && result.certificate === served
    return isServed ? problems : problems.map(problem => withConsequence(problem, served))
  })
}

function readSecret(secret: TlsSecret, before: SecretCertificate | undefined, nowMs: number): SecretCertificate {
  const known = before?.read !== undefined && isSameContent(before.read.secret, secret) ? before.read.result : undefined
  const result = known ?? serverCertificate(secret)
  const served = choose(result.kind === 'ok' ? result.certificate : undefined, before?.served, nowMs)
  return { read: { secret, result }, ...(served === undefined ? {} : { served }) }
}

/**
 * The new certificate, unless its dates are wrong and the one before it still is in its own. Where both are out of date the new one is
 * served: a browser then says that it expired, which is the truth, and not that the name is wrong.
 */
function choose(
  current: ServerCertificate | undefined,
  before: ServerCertificate | undefined,
  nowMs: number,
): ServerCertificate | undefined {
  if (current === undefined) return before
  return !isValidAt(current, nowMs) && before !== undefined && isValidAt(before, nowMs) ? before : current
}

function isSameContent(a: TlsSecret, b: TlsSecret): boolean {
  return a === b || (a.certificatePem === b.certificatePem && a.privateKeyPem === b.privateKeyPem)
}

function withConsequence(problem: CertificateProblem, served: ServerCertificate | undefined): CertificateProblem {
  const consequence = served === undefined ? 'the default certificate' : 'the last good certificate'
  return { ...problem, message: `${problem.message} (meanwhile ${consequence} is served)` }
}
