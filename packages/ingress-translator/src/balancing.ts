import type { ReportProblem } from './problem.ts'
import type { Balancing, HashSource } from './route-target.ts'
import { quoted } from './unknown-fields.ts'

/** The annotations that choose how the requests of a path are spread. */

export const loadBalanceAnnotation = 'ingresskit.dev/load-balance'
export const hashOnAnnotation = 'ingresskit.dev/hash-on'

const strategies = ['round-robin', 'least-conn', 'ring-hash'] as const
const defaultBalancing: Balancing = { strategy: 'round-robin', provenance: 'default' }

// RFC 9110 §5.6.2 token: header names, and cookie names as RFC 6265 §4.1.1 has them.
const token = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]{1,128}$/
const queryName = /^[^\s&=#]{1,128}$/

/**
 * Reads `ingresskit.dev/load-balance` and `ingresskit.dev/hash-on`.
 *
 * A bad value is a problem, and the default is used: balancing spreads load, it guards nothing.
 */
export function readBalancing(annotations: Readonly<Record<string, string>>, report: ReportProblem): Balancing {
  const name = annotations[loadBalanceAnnotation]
  const hashOn = readHashOn(annotations[hashOnAnnotation], report)
  if (name === undefined) {
    if (hashOn !== undefined) warnUnusedHash(report, 'round-robin')
    return defaultBalancing
  }
  const strategy = strategies.find(known => known === name.trim())
  if (strategy === undefined) {
    report('error', 'AnnotationInvalid', {
      field: annotationField(loadBalanceAnnotation),
      message: `${quoted(name)} is not a strategy of this version, round-robin is used; choose one of ${strategies.join(', ')}`,
    })
    return defaultBalancing
  }
  if (strategy === 'ring-hash') {
    return { strategy, hashOn: hashOn ?? { kind: 'ip' }, provenance: loadBalanceAnnotation }
  }
  if (hashOn !== undefined) warnUnusedHash(report, strategy)
  return { strategy, provenance: loadBalanceAnnotation }
}

/** JSON path of an annotation, as problems name it. */
export function annotationField(annotation: string): string {
  return `metadata.annotations['${annotation}']`
}

function readHashOn(value: string | undefined, report: ReportProblem): HashSource | undefined {
  if (value === undefined) return undefined
  const parsed = parseHashOn(value.trim())
  if (parsed === undefined) {
    report('error', 'AnnotationInvalid', {
      field: annotationField(hashOnAnnotation),
      message: `${quoted(value)} says no part of a request; use ip, uri, path, host, header:NAME, cookie:NAME or query:NAME`,
    })
  }
  return parsed
}

function parseHashOn(text: string): HashSource | undefined {
  if (text === 'ip' || text === 'uri' || text === 'path' || text === 'host') return { kind: text }
  const colon = text.indexOf(':')
  if (colon < 0) return undefined
  const kind = text.slice(0, colon)
  const name = text.slice(colon + 1)
  if (kind === 'header' && token.test(name)) return { kind, name: name.toLowerCase() }
  if (kind === 'cookie' && token.test(name)) return { kind, name }
  if (kind === 'query' && queryName.test(name)) return { kind, name }
  return undefined
}

function warnUnusedHash(report: ReportProblem, strategy: string): void {
  report('warning', 'AnnotationInvalid', {
    field: annotationField(hashOnAnnotation),
    message: `it has no effect with ${strategy}; set ${loadBalanceAnnotation}: ring-hash to hash`,
  })
}
