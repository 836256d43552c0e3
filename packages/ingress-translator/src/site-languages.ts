import { comparePrecedence } from '@ingresskit/rule-matcher'
import type { CompiledIngress } from './compiled-ingress.ts'

/** Most languages of one host: each costs time with every request that is negotiated, and any namespace can name some. */
const maxLanguages = 100

/**
 * The languages that the rules of each host name in `match-language`: among these the best one for a request is sought.
 *
 * In order of precedence, the oldest Ingress first, each once, at most 100; those beyond are never chosen. A host whose rules name
 * none has no entry. O(Ingresses), plus the rules of those that name a language.
 */
export function siteLanguages(
  ingresses: Iterable<CompiledIngress>,
): ReadonlyMap<string | undefined, readonly string[]> {
  const languages = new Map<string | undefined, Set<string>>()
  // All rules of an Ingress have the same conditions.
  const naming = [...ingresses].filter(({ rules }) => rules[0]?.value.content?.languages !== undefined)
  for (const { rules } of naming.toSorted((a, b) => comparePrecedence(a.precedence, b.precedence))) {
    for (const { host, value } of rules) {
      const known = languages.get(host) ?? new Set()
      for (const language of value.content?.languages ?? []) if (known.size < maxLanguages) known.add(language)
      languages.set(host, known)
    }
  }
  return new Map([...languages].map(([host, named]) => [host, [...named]]))
}
