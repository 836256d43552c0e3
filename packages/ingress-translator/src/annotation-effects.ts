import { annotationField, nginxPrefix, ownPrefix } from './annotation.ts'
import { canaryNames } from './canary.ts'
import { contentNames } from './content-conditions.ts'
import { nginxAffinityNames } from './nginx-affinity.ts'
import { nginxRetryNames } from './nginx-retry.ts'
import { nginxUpstreamNames } from './nginx-upstream.ts'
import { ownSettingNames } from './own-settings.ts'
import type { ReportProblem } from './problem.ts'
import { serviceWeightsAnnotation } from './service-weights.ts'

/** What annotations that this version does not implement do to their Ingress: nothing, or it is not served unguarded. */

const implemented: ReadonlySet<string> = new Set([
  ...[...ownSettingNames, ...contentNames].map(name => ownPrefix + name),
  serviceWeightsAnnotation,
  ...[...canaryNames, ...nginxAffinityNames, ...nginxRetryNames, ...nginxUpstreamNames].map(name => nginxPrefix + name),
])

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

// Settings that give a path to other requests than it says. With the wrong prefix they choose none, and the path would
// take traffic that is not meant for it.
const alternatives: ReadonlyMap<string, string> = new Map([
  ['canary', nginxPrefix],
  ...contentNames.map(name => [name, ownPrefix] as const),
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
      /** The annotation with the wrong prefix that is to make this Ingress an alternative to another one. */
      readonly annotation: string
    }

/** Reports every annotation that is refused or not supported, and says what that means for the paths. */
export function readAnnotationEffect(
  annotations: ReadonlyMap<string, string>,
  report: ReportProblem,
): AnnotationEffect {
  let effect: AnnotationEffect = { kind: 'served' }
  for (const [annotation, value] of annotations) {
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
        message: `it is written ${alternatives.get(name) ?? ''}${name}; until it is, the paths of this Ingress are left out`,
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
