/** Validates the `host` of an Ingress rule. */
import { isIpv4, isIpv6 } from './ip-literal.ts'

/**
 * Why a host can't stand in a rule.
 *
 * `bare-wildcard`: `*` alone; leave the host out to mean every host. `ip-address`: a rule names a DNS name.
 */
export type RuleHostRejection =
  | 'empty'
  | 'too-long'
  | 'bare-wildcard'
  | 'misplaced-wildcard'
  | 'ip-address'
  | 'not-a-dns-name'

/** A rule's host in the form `Rule.host` wants, or why it is not one. */
export type RuleHost =
  | { readonly kind: 'exact'; readonly host: string }
  /** `host` still begins with `*.`, which stands for exactly one label. */
  | { readonly kind: 'wildcard'; readonly host: string }
  | { readonly kind: 'invalid'; readonly reason: RuleHostRejection }

// RFC 1035 §2.3.4, as the Kubernetes API has it.
const MAX_LENGTH = 253
const SUBDOMAIN = /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*$/

/**
 * Accepts an RFC 1123 subdomain, alone or after `*.`, as the Kubernetes API does.
 *
 * Upper case, which the API refuses but a manifest on disk may have, is lowered: host names are compared without case.
 *
 * @see Kubernetes API, networking.k8s.io/v1 IngressRule.host
 */
export function parseRuleHost(host: string): RuleHost {
  if (host === '') return { kind: 'invalid', reason: 'empty' }
  if (host.length > MAX_LENGTH) return { kind: 'invalid', reason: 'too-long' }
  if (host === '*') return { kind: 'invalid', reason: 'bare-wildcard' }
  if (isIpv4(host) || isIpv6(host) || host.startsWith('[')) return { kind: 'invalid', reason: 'ip-address' }
  // Only ASCII letters are lowered: toLowerCase would also turn the Kelvin sign into a `k`.
  const lowered = host.replace(/[A-Z]/g, letter => letter.toLowerCase())
  const kind = lowered.startsWith('*.') ? 'wildcard' : 'exact'
  const name = kind === 'wildcard' ? lowered.slice(2) : lowered
  if (name.includes('*')) return { kind: 'invalid', reason: 'misplaced-wildcard' }
  return SUBDOMAIN.test(name) ? { kind, host: lowered } : { kind: 'invalid', reason: 'not-a-dns-name' }
}
