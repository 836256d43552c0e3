// The authorities that the API server trusts when it calls the webhook: one or two of each replica, in one PEM text.
import { X509Certificate } from 'node:crypto'
import { authorityOrganization, replicaUnit } from './issue-identity.ts'

/** What one replica wants of the bundle. */
export interface BundleShare {
  readonly replica: string
  /** PEM of each of its authorities that has to be in it; empty when it leaves. */
  readonly authorities: readonly string[]
}

/** The bundle as it should be. */
export interface MergedBundle {
  /** PEM; the same for every replica that merges the same authorities, in whatever order. */
  readonly pem: string
  /** Those of the share that were not in the bundle. */
  readonly added: readonly string[]
}

/** Authorities in a bundle at most; the oldest are left out, except those of the share. */
export const maxAuthorities = 20
/** Certificates of a bundle that are looked at: what anybody may have written there is parsed in a few milliseconds. */
const maxRead = 200
/** An authority goes an hour after its end, since clocks may differ. */
const expiredForMs = 3_600_000

/**
 * Puts the share into a bundle.
 *
 * Others stay as long as they are valid. What is no certificate of an authority goes, and so does what this replica put there
 * before and does not want any more: it, or the process that had its name, has no use for it.
 */
export function mergeBundle(bundlePem: string, share: BundleShare, nowMs: number): MergedBundle {
  const present = readAuthorities(bundlePem)
  const wanted = readAuthorities(share.authorities.join(''))
  const unit = replicaUnit(share.replica)
  const others = [...present.values()].filter(
    ({ pem, replica, notAfterMs }) => !wanted.has(pem) && replica !== unit && nowMs < notAfterMs + expiredForMs,
  )
  const kept = others.toSorted(newestFirst).slice(0, maxAuthorities - wanted.size)
  return {
    pem: [...wanted.values(), ...kept]
      .toSorted(newestFirst)
      .map(({ pem }) => pem)
      .join(''),
    added: [...wanted.keys()].filter(pem => !present.has(pem)),
  }
}

interface Authority {
  /** In canonical form. */
  readonly pem: string
  /** Who put it there; `undefined`: somebody else's authority. */
  readonly replica: string | undefined
  readonly notBeforeMs: number
  readonly notAfterMs: number
}

/** Those that are readable, by PEM. */
function readAuthorities(bundlePem: string): ReadonlyMap<string, Authority> {
  const found = new Map<string, Authority>()
  let at = 0
  for (let read = 0; read < maxRead; read += 1) {
    const begin = bundlePem.indexOf('-----BEGIN CERTIFICATE-----', at)
    const end = begin < 0 ? -1 : bundlePem.indexOf(endLine, begin)
    if (end < 0) break
    at = end + endLine.length
    const authority = readAuthority(bundlePem.slice(begin, at))
    if (authority !== undefined) found.set(authority.pem, authority)
  }
  return found
}

const endLine = '-----END CERTIFICATE-----'

function readAuthority(pem: string): Authority | undefined {
  try {
    const certificate = new X509Certificate(pem)
    if (!certificate.ca) return undefined
    const subject: Readonly<Record<string, unknown>> = { ...certificate.toLegacyObject().subject }
    const replica = subject['O'] === authorityOrganization ? subject['OU'] : undefined
    return {
      pem: certificate.toString(),
      replica: typeof replica === 'string' ? replica : undefined,
      notBeforeMs: certificate.validFromDate.getTime(),
      notAfterMs: certificate.validToDate.getTime(),
    }
  } catch {
    return undefined
  }
}

function newestFirst(one: Authority, other: Authority): number {
  if (one.notBeforeMs !== other.notBeforeMs) return other.notBeforeMs - one.notBeforeMs
  return one.pem < other.pem ? -1 : Number(one.pem > other.pem)
}
