/** Server names to certificates. */
import type { SecretCertificates } from './secret-certificates.ts'
import type { ServerCertificate } from './server-certificate.ts'
import type { CertificateProblem, TlsBinding } from './tls-secret.ts'

/** Lower-case names without trailing dot; wildcards as `*.example`. */
export type ServerNames = ReadonlyMap<string, ServerCertificate>

export interface ServerNamesResult {
  readonly names: ServerNames
  readonly problems: readonly CertificateProblem[]
}

/**
 * Gives every host of every binding its certificate. The first binding with a usable certificate that covers the host has
 * it; a later one with another Secret is a problem. A certificate that does not cover the host is not used for it. Hosts in
 * `coveredHosts` come last. Secrets without a certificate claim nothing. O(hosts), some microseconds each the first time.
 */
export function serverNames(bindings: readonly TlsBinding[], certificates: SecretCertificates): ServerNamesResult {
  const names = new Map<string, ServerCertificate>()
  const problems: CertificateProblem[] = []
  const usable = bindings.flatMap(binding => {
    const certificate = certificates.get(binding.secret)?.served
    return certificate === undefined ? [] : [{ binding, certificate }]
  })
  for (const { binding, certificate } of usable) {
    for (const host of binding.hosts) {
      const name = normalizeServerName(host)
      const claim = names.get(name)
      if (claim !== undefined && claim.secret !== certificate.secret) {
        problems.push(
          hostProblem(
            binding,
            'HostClaimedTwice',
            `${host} is served with Secret ${claim.secret}, which another Ingress named first`,
          ),
        )
      } else if (claim === undefined && coversName(certificate, name)) {
        names.set(name, certificate)
      } else if (claim === undefined) {
        const message = `the certificate has no subjectAltName for ${host} and is not used for it: issue one that has`
        problems.push(hostProblem(binding, 'HostNotCovered', message))
      }
    }
  }
  for (const { binding, certificate } of usable) {
    for (const name of binding.coveredHosts.map(normalizeServerName)) {
      if (!names.has(name) && coversName(certificate, name)) names.set(name, certificate)
    }
  }
  return { names, problems }
}

/** Exact name, then the wildcard of its parent. `undefined`: the default. O(1); nothing a client sends is remembered. */
export function findServerName(names: ServerNames, serverName: string): ServerCertificate | undefined {
  if (serverName.length > maxNameLength + 1) return undefined
  const name = normalizeServerName(serverName)
  const dot = name.indexOf('.')
  return names.get(name) ?? (dot > 0 ? names.get(`*${name.slice(dot)}`) : undefined)
}

const maxNameLength = 253 // RFC 1035 §2.3.4, without the trailing dot
const dnsName = /^(?:\*\.)?[a-z0-9_-]+(?:\.[a-z0-9_-]+)*$/

function normalizeServerName(name: string): string {
  const lower = name.toLowerCase()
  return lower.endsWith('.') ? lower.slice(0, -1) : lower
}

// What a certificate covers never changes, and asking OpenSSL takes microseconds: bindings that did not change cost a look-up.
const covered = new WeakMap<ServerCertificate, Map<string, boolean>>()
const maxCoveredNames = 10_000

function coversName(certificate: ServerCertificate, name: string): boolean {
  let known = covered.get(certificate)
  if (known === undefined || known.size >= maxCoveredNames) covered.set(certificate, (known = new Map()))
  let answer = known.get(name)
  if (answer === undefined) known.set(name, (answer = checkName(certificate, name)))
  return answer
}

/** By subjectAltName only (RFC 9525 §6.3): the common name is no name of a server. Wildcards stand for one whole label. */
function checkName({ leaf }: ServerCertificate, name: string): boolean {
  if (name.length > maxNameLength || !dnsName.test(name)) return false
  const match = leaf.checkHost(name, { subject: 'never', wildcards: true, partialWildcards: false })
  return match !== undefined && (!name.startsWith('*.') || match.toLowerCase() === name)
}

function hostProblem(
  binding: TlsBinding,
  reason: 'HostClaimedTwice' | 'HostNotCovered',
  message: string,
): CertificateProblem {
  return { severity: 'warning', reason, secret: binding.secret, owner: binding.owner, field: 'spec.tls', message }
}
