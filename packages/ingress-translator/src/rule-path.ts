import { canonicalPath, type CanonicalPath, type PathType } from '@ingresskit/rule-matcher'
import { asText, quoted, type UnknownRecord } from './unknown-fields.ts'

/** A path and its type, or which field of the HTTPIngressPath is wrong and how to mend it. */
export type RulePath =
  | { readonly kind: 'path'; readonly path: string; readonly pathType: PathType }
  | { readonly kind: 'invalid'; readonly field: 'path' | 'pathType'; readonly message: string }

// What the API server refuses in Exact and Prefix paths (pkg/apis/networking/validation), besides a missing slash.
const forbiddenParts = ['//', '/./', '/../', '%2f', '%2F'] as const
const forbiddenEndings = ['/..', '/.'] as const
const maxPathLength = 4096

/** Reads `path` and `pathType`, as strictly as the API server does, for manifests that never met one. */
export function readRulePath(entry: UnknownRecord): RulePath {
  const pathType = entry['pathType']
  if (pathType !== 'Exact' && pathType !== 'Prefix' && pathType !== 'ImplementationSpecific') {
    return {
      kind: 'invalid',
      field: 'pathType',
      message: `${quoted(pathType)} is not a path type; use Prefix, Exact or ImplementationSpecific`,
    }
  }
  if (entry['path'] !== undefined && asText(entry['path']) === undefined) return invalidPath('it must be text')
  const path = asText(entry['path']) ?? ''
  if (path === '' && pathType === 'ImplementationSpecific') return { kind: 'path', path: '/', pathType }
  if (!path.startsWith('/')) return invalidPath(`${quoted(path)} must begin with "/"`)
  if (path.length > maxPathLength) return invalidPath(`it is longer than ${maxPathLength} characters; shorten it`)
  if (pathType !== 'ImplementationSpecific') {
    const part = forbiddenParts.find(text => path.includes(text)) ?? forbiddenEndings.find(text => path.endsWith(text))
    if (part !== undefined)
      return invalidPath(`${quoted(path)} must not contain "${part}"; write the path in its plain form`)
  }
  const canonical = canonicalRulePath(path)
  if (canonical.kind === 'rejected') {
    return invalidPath(
      `no request can have the path ${quoted(path)} (${canonical.reason}); percent-encode what is not a path character`,
    )
  }
  return { kind: 'path', path, pathType }
}

/** The canonical form of a path as people write it: what is not ASCII stands for its UTF-8 escapes. */
export function canonicalRulePath(path: string): CanonicalPath {
  return canonicalPath(
    path.replaceAll(/[^\0-\x7f]+/gu, text => (text.isWellFormed() ? encodeURIComponent(text) : text)),
  )
}

function invalidPath(message: string): RulePath {
  return { kind: 'invalid', field: 'path', message }
}
