/** The rules of matching written as plainly as possible: the yardstick for the compiled table. Slow on purpose. */
import { canonicalPath } from '../src/index.ts'
import type { DefaultRule, Precedence, Rule } from '../src/index.ts'

/** The value served, or the reason for none. */
export function naiveMatch(
  rules: readonly Rule<string>[],
  defaults: readonly DefaultRule<string>[],
  request: { readonly host: string; readonly matchPath: string },
): string {
  const [label = '', ...suffix] = request.host.split('.')
  const patterns = [request.host, label === '' ? request.host : ['*', ...suffix].join('.'), undefined]
  const hostPattern = patterns.find(pattern => [...rules, ...defaults].some(rule => rule.host === pattern))
  const candidates = rules.filter(rule => rule.host === hostPattern)
  const exact = candidates.filter(rule => rule.pathType === 'Exact' && canonical(rule.path) === request.matchPath)
  const prefixes = candidates
    .filter(rule => rule.pathType !== 'Exact')
    .filter(rule => isElementPrefix(elements(rule.path), request.matchPath.split('/').slice(1)))
  const longest = Math.max(...prefixes.map(rule => elements(rule.path).length))
  const winners = exact.length > 0 ? exact : prefixes.filter(rule => elements(rule.path).length === longest)
  const winner = first(winners) ?? first(defaults.filter(rule => rule.host === hostPattern))
  return winner?.value ?? (candidates.length > 0 ? 'none: no-path' : 'none: no-host')
}

function canonical(path: string): string {
  const result = canonicalPath(path)
  return result.kind === 'canonical' ? result.matchPath : 'rejected'
}

function elements(path: string): readonly string[] {
  const parts = canonical(path).split('/').slice(1)
  return parts.at(-1) === '' ? parts.slice(0, -1) : parts
}

function isElementPrefix(prefix: readonly string[], path: readonly string[]): boolean {
  return prefix.length <= path.length && prefix.every((element, index) => element === path[index])
}

function first<R extends { readonly precedence: Precedence }>(rules: readonly R[]): R | undefined {
  return rules.toSorted((a, b) => rank(a) - rank(b))[0]
}

/** The generated objects are told apart by their creation time alone. */
function rank(rule: { readonly precedence: Precedence }): number {
  return rule.precedence.createdAtMs ?? Number.POSITIVE_INFINITY
}
