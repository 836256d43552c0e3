/** The one form of a path that matching, access rules, rewriting and the upstream request line all read. */
import { hasDotSegment, removeDotSegments } from './dot-segments.ts'

/**
 * Why a path has no canonical form; the request is answered 400.
 *
 * `ambiguous-dot-segments`: a `..` meets an empty segment (`/a//../b`), so servers that merge slashes and servers that keep them
 * would end at different places. `query`: a `?`; the query is to be cut off before.
 */
export type PathRejection =
  | 'not-absolute'
  | 'null-byte'
  | 'broken-escape'
  | 'fragment'
  | 'query'
  | 'backslash'
  | 'non-ascii'
  | 'control-or-space'
  | 'ambiguous-dot-segments'

/** A path in canonical form, or why it has none. */
export type CanonicalPath =
  | {
      readonly kind: 'canonical'
      /** For the upstream: without dot segments and needless escapes; runs of slashes and the case of escapes as they were sent. */
      readonly path: string
      /** For comparing: `path` with each run of slashes merged and the hex digits of escapes in upper case. */
      readonly matchPath: string
    }
  | { readonly kind: 'rejected'; readonly reason: PathRejection }

/**
 * Resolves dot segments, plain or escaped, decodes escapes of unreserved characters (letters, digits, `-._~`) and keeps every other
 * escape as it is, so `%2F` and `%5C` separate nothing and `%252e` is not decoded twice. `..` above the root stays at the root.
 *
 * Idempotent: the canonical form of `path` is itself. Linear time; a clean path costs one scan and both results are the very
 * string that was given.
 *
 * @param rawPath the path of the request target, without the query
 * @see RFC 3986 §5.2.4 (remove dot segments) and §6.2.2 (escapes of unreserved characters)
 */
export function canonicalPath(rawPath: string): CanonicalPath {
  if (isClean(rawPath)) return { kind: 'canonical', path: rawPath, matchPath: rawPath }
  const reason = rejection(rawPath)
  if (reason !== undefined) return { kind: 'rejected', reason }
  const decoded = rawPath.replace(ESCAPE, escape => (isUnreserved(escapedCode(escape, 0)) ? decode(escape) : escape))
  const path = removeDotSegments(decoded)
  const merged = mergeSlashes(path)
  if (merged !== removeDotSegments(mergeSlashes(decoded))) return { kind: 'rejected', reason: 'ambiguous-dot-segments' }
  return { kind: 'canonical', path, matchPath: merged.replace(ESCAPE, escape => escape.toUpperCase()) }
}

const ESCAPE = /%[0-9A-Fa-f]{2}/g
const SLASH = 0x2f
const PERCENT = 0x25

/** Says `true` only when canonicalising would change nothing, in neither of the two forms. */
function isClean(path: string): boolean {
  if (path.charCodeAt(0) !== SLASH) return false
  for (let at = 0; at < path.length; at++) {
    const code = path.charCodeAt(at)
    if (code === SLASH) {
      if (path.charCodeAt(at + 1) === SLASH || hasDotSegment(path, at + 1)) return false
    } else if (code === PERCENT) {
      const high = path.charCodeAt(at + 1)
      const low = path.charCodeAt(at + 2)
      if (!isUpperHex(high) || !isUpperHex(low)) return false
      const escaped = escapedCode(path, at)
      if (escaped === 0 || isUnreserved(escaped)) return false
    } else if (charRejection(code) !== undefined) return false
  }
  return true
}

function rejection(path: string): PathRejection | undefined {
  if (path.charCodeAt(0) !== SLASH) return 'not-absolute'
  for (let at = 0; at < path.length; at++) {
    const code = path.charCodeAt(at)
    if (code === PERCENT) {
      const escaped = escapedCode(path, at)
      if (Number.isNaN(escaped)) return 'broken-escape'
      if (escaped === 0) return 'null-byte'
      continue
    }
    const reason = charRejection(code)
    if (reason !== undefined) return reason
  }
  return undefined
}

function charRejection(code: number): PathRejection | undefined {
  if (code <= 0x20 || code === 0x7f) return 'control-or-space'
  if (code > 0x7f) return 'non-ascii'
  if (code === 0x23) return 'fragment'
  if (code === 0x3f) return 'query'
  if (code === 0x5c) return 'backslash'
  return undefined
}

function mergeSlashes(path: string): string {
  return path.replace(/\/{2,}/g, '/')
}

function decode(escape: string): string {
  return String.fromCharCode(escapedCode(escape, 0))
}

/** The byte that the escape at `at` stands for; NaN when it is broken. */
function escapedCode(path: string, at: number): number {
  return hexValue(path.charCodeAt(at + 1)) * 16 + hexValue(path.charCodeAt(at + 2))
}

function hexValue(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30
  const lower = code | 0x20
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : Number.NaN
}

function isUpperHex(code: number): boolean {
  return (code >= 0x30 && code <= 0x39) || (code >= 0x41 && code <= 0x46)
}

function isUnreserved(code: number): boolean {
  const lower = code | 0x20
  return (
    (lower >= 0x61 && lower <= 0x7a) ||
    (code >= 0x30 && code <= 0x39) ||
    code === 0x2d ||
    code === 0x2e ||
    code === 0x5f ||
    code === 0x7e
  )
}
