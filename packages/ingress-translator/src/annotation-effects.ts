import { annotationField, hashOnAnnotation, loadBalanceAnnotation } from './balancing.ts'
import type { ReportProblem } from './problem.ts'

/** What annotations that this version does not implement do to their Ingress: nothing, or it is not served unguarded. */

const nginxPrefix = 'nginx.ingress.kubernetes.io/'
const ownPrefix = 'ingresskit.dev/'
const implemented = new Set([loadBalanceAnnotation, hashOnAnnotation])

// Raw nginx configuration, refused for ever: it is the way every injection into ingress-nginx took.
const snippets = new Set([
  'auth-snippet',
  'configuration-snippet',
  'modsecurity-snippet',
  'server-snippet',
  'stream-snippet',
])

// Settings that keep somebody out. A path that carries one must not be served without it.
const guards = new Set([
  'auth-realm',
  'auth-secret',
  'auth-secret-type',
  'auth-signin',
  'auth-tls-match-cn',
  'auth-tls-secret',
  'auth-tls-verify-client',
  'auth-type',
  'auth-url',
  'denylist-source-range',
  'enable-modsecurity',
  'enable-owasp-core-rules',
  'limit-connections',
  'limit-rate',
  'limit-rpm',
  'limit-rps',
  'satisfy',
  'whitelist-source-range',
  'allowlist-source-range',
])

// Settings that give a path to other requests than it says: without them it would take traffic that is not meant for it.
const alternatives = new Set([
  'canary',
  'match-browser',
  'match-cookies',
  'match-headers',
  'match-language',
  'match-methods',
  'match-query',
])

/** What is to become of the paths of an Ingress. */
export type AnnotationEffect =
  | { readonly kind: 'served' }
  | {
      readonly kind: 'guarded'
      /** The annotation without which the paths must not be served. */
      readonly annotation: string
    }
  | {
      readonly kind: 'left-out'
      /** The annotation that makes this Ingress an alternative to another one. */
      readonly annotation: string
    }

/** Reports every annotation that is refused or not supported, and says what that means for the paths. */
export function readAnnotationEffect(
  annotations: Readonly<Record<string, string>>,
  report: ReportProblem,
): AnnotationEffect {
  let effect: AnnotationEffect = { kind: 'served' }
  for (const [annotation, value] of Object.entries(annotations)) {
    const name = ownName(annotation)
    if (name === undefined || implemented.has(annotation)) continue
    const field = annotationField(annotation)
    if (snippets.has(name)) {
      report('warning', 'AnnotationRefused', {
        field,
        message:
          'snippets are raw nginx configuration and are refused; the paths are served without it, use typed annotations instead',
      })
    } else if (guards.has(name)) {
      if (effect.kind === 'served') effect = { kind: 'guarded', annotation }
      report('error', 'AnnotationNotSupported', {
        field,
        message:
          'this version cannot enforce it, so the paths of this Ingress are answered 503; remove the annotation to serve them unguarded',
      })
    } else if (alternatives.has(name) && value !== 'false') {
      effect = { kind: 'left-out', annotation }
      report('error', 'AnnotationNotSupported', {
        field,
        message:
          'this version cannot choose requests by it, so the paths of this Ingress are left out; remove the annotation to serve them to everybody',
      })
    } else if (value !== 'false') {
      report('warning', 'AnnotationNotSupported', {
        field,
        message:
          'it is not supported by this version and has no effect; remove it, or check that the site does not need it',
      })
    }
  }
  return effect
}

function ownName(annotation: string): string | undefined {
  if (annotation.startsWith(nginxPrefix)) return annotation.slice(nginxPrefix.length)
  if (annotation.startsWith(ownPrefix)) return annotation.slice(ownPrefix.length)
  return undefined
}
