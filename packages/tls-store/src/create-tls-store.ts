/** The certificate store: takes states, answers handshakes. */
import type { SecureContext } from 'node:tls'
import { secretCertificates, secretProblems, type SecretCertificates } from './secret-certificates.ts'
import { secureContexts, type SecureContexts } from './secure-contexts.ts'
import { serverCertificate, type ServerCertificate } from './server-certificate.ts'
import { findServerName, serverNames, type ServerNames } from './server-names.ts'
import type { CertificateFacts, CertificateProblem } from './tls-secret.ts'
import { TlsStoreError } from './tls-store-error.ts'
import type { TlsStore, TlsStoreOptions } from './tls-store.ts'

/** A store that serves the fallback identity until the first `publish`. Throws `TlsStoreError` for unusable options. */
export function createTlsStore(options: TlsStoreOptions): TlsStore {
  const contexts = secureContexts({ max: checkedMaxContexts(options.maxContexts ?? defaultMaxContexts) })
  const fallback = fallbackDefault(options.fallbackIdentity)
  const listeners = new Set<() => void>()
  let current: Published = { certificates: new Map(), names: new Map(), default: fallback }

  return {
    publish(state) {
      const nowMs = options.now()
      const certificates = secretCertificates(current.certificates, state, nowMs)
      const { names, problems } = serverNames(state.bindings, certificates)
      const wanted = certificates.get(state.defaultSecret ?? '')?.served
      const previous = current
      current = { certificates, names, default: nextDefault(wanted, { previous: previous.default, fallback }) }
      contexts.retain(new Set(names.values()))
      if (!isSameIdentity(previous.default.certificate, current.default.certificate)) {
        for (const listener of listeners) listener()
      }
      return [...secretProblems(certificates, nowMs), ...problems, ...unusable(current, { wanted, contexts })]
    },
    contextFor(serverName) {
      const certificate = findServerName(current.names, serverName)
      if (certificate === undefined) return current.default.context
      const made = contexts.contextOf(certificate)
      return made.kind === 'context' ? made.context : current.default.context
    },
    covers: serverName => findServerName(current.names, serverName) !== undefined,
    get defaultIdentity() {
      return identityOf(current.default.certificate)
    },
    onDefaultChange(listener) {
      const own = (): void => listener()
      listeners.add(own)
      return () => void listeners.delete(own)
    },
    certificates: () => servedFacts(current),
  }
}

const defaultMaxContexts = 1000

/** Everything a handshake needs, replaced in one assignment. */
interface Published {
  readonly certificates: SecretCertificates
  readonly names: ServerNames
  readonly default: DefaultCertificate
}

/** The default has its context at hand: it must not fail in a handshake, and no other certificate may push it out. */
interface DefaultCertificate {
  readonly certificate: ServerCertificate
  readonly context: SecureContext
}

function checkedMaxContexts(max: number): number {
  if (Number.isInteger(max) && max >= 1) return max
  throw new TlsStoreError('max-contexts-invalid', `maxContexts must be a whole number of at least 1, not ${max}`)
}

function fallbackDefault(identity: TlsStoreOptions['fallbackIdentity']): DefaultCertificate {
  const read = serverCertificate({ key: '', ...identity })
  if (read.kind === 'invalid') {
    throw new TlsStoreError('fallback-invalid', `fallbackIdentity cannot be served: ${read.problem.message}`)
  }
  const made = secureContexts({ max: 1 }).contextOf(read.certificate)
  if (made.kind === 'failed') {
    throw new TlsStoreError('fallback-invalid', `fallbackIdentity cannot be served: OpenSSL refuses it (${made.code})`)
  }
  return { certificate: read.certificate, context: made.context }
}

function nextDefault(
  wanted: ServerCertificate | undefined,
  { previous, fallback }: { readonly previous: DefaultCertificate; readonly fallback: DefaultCertificate },
): DefaultCertificate {
  if (wanted === undefined) return fallback
  if (wanted === previous.certificate) return previous
  const made = secureContexts({ max: 1 }).contextOf(wanted)
  return made.kind === 'context' ? { certificate: wanted, context: made.context } : fallback
}

/** Pairs that are sound by themselves but that OpenSSL would not serve. Known for those that were tried. */
function unusable(
  { names, default: served }: Published,
  { wanted, contexts }: { readonly wanted: ServerCertificate | undefined; readonly contexts: SecureContexts },
): readonly CertificateProblem[] {
  const refused = new Set([...names.values()].filter(certificate => contexts.peek(certificate)?.kind === 'failed'))
  if (wanted !== undefined && wanted !== served.certificate) refused.add(wanted)
  return [...refused].map(({ secret }) => ({
    severity: 'error',
    reason: 'CertificateInvalid',
    secret,
    field: 'data["tls.crt"]',
    message: 'OpenSSL refuses to serve this certificate (weak key or signature?): issue a new one',
  }))
}

function isSameIdentity(a: ServerCertificate, b: ServerCertificate): boolean {
  return a === b || (a.chainPem === b.chainPem && a.privateKeyPem === b.privateKeyPem)
}

function identityOf({ chainPem, privateKeyPem }: ServerCertificate): TlsStore['defaultIdentity'] {
  return { certificatePem: chainPem, privateKeyPem }
}

function servedFacts({ names, default: { certificate } }: Published): readonly CertificateFacts[] {
  const namesOf = new Map<ServerCertificate, string[]>()
  if (certificate.secret !== '') namesOf.set(certificate, [])
  for (const [name, certificate] of names) {
    const known = namesOf.get(certificate)
    if (known === undefined) namesOf.set(certificate, [name])
    else known.push(name)
  }
  return [...namesOf].map(([{ facts }, list]) => ({ ...facts, serverNames: list.toSorted() }))
}
