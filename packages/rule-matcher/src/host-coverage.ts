/** How the host of a rule relates to the host of a request. */

/** `wildcard-needs-one-label`: the name is right, but `*` would have to stand for no label or for several. */
export type HostCoverage = 'same' | 'wildcard' | 'all-hosts' | 'wildcard-needs-one-label' | 'other'

/** Compares a rule's host with a request's; O(length). */
export function hostCoverage(ruleHost: string | undefined, host: string): HostCoverage {
  if (ruleHost === undefined) return 'all-hosts'
  if (ruleHost === host) return 'same'
  if (!ruleHost.startsWith('*.')) return 'other'
  const suffix = ruleHost.slice(1)
  const dot = host.indexOf('.')
  if (dot > 0 && host.slice(dot) === suffix) return 'wildcard'
  return host.endsWith(suffix) || host === suffix.slice(1) ? 'wildcard-needs-one-label' : 'other'
}
