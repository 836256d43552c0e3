/** `.` and `..` as segments of a path whose escapes of unreserved characters are decoded. */

const DOT = 0x2e
const SLASH = 0x2f

/** Says whether the segment that begins at `at` is `.` or `..`. */
export function hasDotSegment(path: string, at: number): boolean {
  if (path.charCodeAt(at) !== DOT) return false
  const end = path.charCodeAt(at + 1) === DOT ? at + 2 : at + 1
  return end >= path.length || path.charCodeAt(end) === SLASH
}

/**
 * Resolves the dot segments of an absolute path; empty segments are segments like others, and `..` at the root stays there.
 *
 * @see RFC 3986 §5.2.4
 */
export function removeDotSegments(path: string): string {
  const kept: string[] = []
  const segments = path.slice(1).split('/')
  for (const segment of segments) {
    if (segment === '..') kept.pop()
    else if (segment !== '.') kept.push(segment)
  }
  // A path that ends in a dot segment names a folder: it keeps the slash.
  const last = segments.at(-1)
  if (last === '.' || last === '..') kept.push('')
  return '/' + kept.join('/')
}
