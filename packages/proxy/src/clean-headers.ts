/** The header fields of a request once those are gone that nobody may rely on. */

import { FieldList, isNamed, WireFields, type Fields } from '@ingresskit/http-wire'
import { AUTHORIZATION, COOKIE, DROPPED, FORWARDING, kindAt, kindOf } from './field-kind.ts'
import { isFieldValue, isToken } from './field-syntax.ts'

export type CleanHeaders =
  | { readonly kind: 'clean'; readonly headers: Fields }
  | { readonly kind: 'rejected'; readonly reason: string }

/**
 * Drops names with an underscore (they collide with dashed names in CGI-like backends), `Proxy` (httpoxy, CVE-2016-5385)
 * and, from an untrusted peer, forwarding fields; joins Cookie fields with `; ` (RFC 9113 §8.2.3); refuses two Authorization fields.
 * A list without any of these is returned as it is.
 */
export function cleanHeaders(fields: Fields, peer: { readonly isTrusted: boolean }): CleanHeaders {
  if (fields instanceof WireFields && areClean(fields, peer)) return { kind: 'clean', headers: fields }
  const { flat } = fields
  let kept: string[] | undefined
  let cookieAt = -1
  let cookies: string | undefined
  let authorizations = 0
  for (let at = 0; at + 1 < flat.length; at += 2) {
    const name = flat[at] ?? ''
    const value = flat[at + 1] ?? ''
    const kind = kindOf(name)
    let drops = (kind & DROPPED) !== 0 || name.includes('_')
    if ((kind & FORWARDING) !== 0 && !peer.isTrusted && !isNamed(name, 'x-request-id')) drops = true
    if ((kind & AUTHORIZATION) !== 0 && ++authorizations > 1) return duplicateAuthorization
    if ((kind & COOKIE) !== 0 && !drops) {
      if (cookies === undefined) {
        cookieAt = (kept?.length ?? at) + 1
        cookies = value
      } else {
        cookies += `; ${value}`
        drops = true
      }
    }
    if (drops) kept ??= flat.slice(0, at)
    else kept?.push(name, value)
  }
  if (kept === undefined) return { kind: 'clean', headers: fields }
  if (cookies !== undefined) kept[cookieAt] = cookies
  return { kind: 'clean', headers: new FieldList(kept) }
}

/** Whether there is nothing to drop, join or refuse, found without making a string of a field. */
function areClean(fields: WireFields, peer: { readonly isTrusted: boolean }): boolean {
  const { text } = fields
  let underscore = text.indexOf('_', fields.nameStart(0))
  let cookies = 0
  let authorizations = 0
  for (let index = 0; index < fields.count; index++) {
    const start = fields.nameStart(index)
    const end = fields.nameEnd(index)
    if (underscore >= 0 && underscore < start) underscore = text.indexOf('_', start)
    if (underscore >= 0 && underscore < end) return false
    const kind = kindAt(text, start, end)
    if (kind === 0) continue
    if ((kind & DROPPED) !== 0) return false
    if ((kind & FORWARDING) !== 0 && !peer.isTrusted && !isRequestId(fields, index)) return false
    if ((kind & COOKIE) !== 0 && ++cookies > 1) return false
    if ((kind & AUTHORIZATION) !== 0 && ++authorizations > 1) return false
  }
  return true
}

/** The one forwarding field that anybody may send. */
function isRequestId(fields: WireFields, index: number): boolean {
  return isNamed(fields.nameAt(index), 'x-request-id')
}

/** Whether every name is a token and every value free of controls: for fields of a parser that does not see to it. */
export function areValidFields(flat: readonly string[]): boolean {
  for (let at = 0; at + 1 < flat.length; at += 2) {
    if (!isToken(flat[at] ?? '') || !isFieldValue(flat[at + 1] ?? '')) return false
  }
  return true
}

const duplicateAuthorization: CleanHeaders = { kind: 'rejected', reason: 'duplicate-authorization' }
