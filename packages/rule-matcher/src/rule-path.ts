/** A rule's path in the form in which requests are compared with it. */
import { canonicalPath } from './canonical-path.ts'
import type { PathRejection } from './canonical-path.ts'
import type { Rule } from './rule.ts'

/** What a rule compares with a request's `matchPath`. */
export type RulePath =
  | { readonly kind: 'exact'; readonly path: string }
  /** Without trailing slash, so the prefix of every path is the empty string. */
  | { readonly kind: 'prefix'; readonly path: string }
  | { readonly kind: 'rejected'; readonly reason: PathRejection }

/**
 * Canonicalises the path of a rule.
 *
 * Rules are written by people: what is not ASCII is percent-encoded as UTF-8 first. A missing prefix means every path, as
 * networking.k8s.io/v1 has it for `ImplementationSpecific`.
 */
export function rulePath(rule: Pick<Rule<unknown>, 'path' | 'pathType'>): RulePath {
  const isExact = rule.pathType === 'Exact'
  const written = rule.path === '' && !isExact ? '/' : rule.path
  const canonical = canonicalPath(written.replace(/[\u0080-\uffff]+/g, text => encodeURIComponent(text.toWellFormed())))
  if (canonical.kind === 'rejected') return canonical
  const { matchPath } = canonical
  if (isExact) return { kind: 'exact', path: matchPath }
  return { kind: 'prefix', path: matchPath.endsWith('/') ? matchPath.slice(0, -1) : matchPath }
}
