/** The header fields of a request once those are gone that nobody may rely on. */

import { isFieldValue, isToken } from './field-syntax.ts'
import { headerList } from './header-list.ts'
import { isForwardingField } from './hop-by-hop.ts'
import type { HeaderList } from './request-head.ts'

export type CleanHeaders =
  | { readonly kind: 'clean'; readonly headers: HeaderList }
  | { readonly kind: 'rejected'; readonly reason: string }

/**
 * Drops names with an underscore (they collide with dashed names in CGI-like backends), `Proxy` (httpoxy, CVE-2016-5385)
 * and, from an untrusted peer, forwarding fields; joins Cookie fields with `; ` (RFC 9113 §8.2.3); refuses two Authorization fields.
 */
export function cleanHeaders(flat: readonly string[], peer: { readonly isTrusted: boolean }): CleanHeaders {
  const kept: string[] = []
  let cookieAt = -1
  let authorizations = 0
  for (let i = 0; i + 1 < flat.length; i += 2) {
    const name = flat[i] ?? ''
    const value = flat[i + 1] ?? ''
    if (!isToken(name) || !isFieldValue(value)) return { kind: 'rejected', reason: 'bad-header-field' }
    if (name.includes('_')) continue
    const lower = name.toLowerCase()
    if (lower === 'proxy' || (!peer.isTrusted && lower !== 'x-request-id' && isForwardingField(lower))) continue
    if (lower === 'authorization' && ++authorizations > 1)
      return { kind: 'rejected', reason: 'duplicate-authorization' }
    if (lower === 'cookie' && cookieAt >= 0) {
      kept[cookieAt] = `${kept[cookieAt] ?? ''}; ${value}`
      continue
    }
    if (lower === 'cookie') cookieAt = kept.length + 1
    kept.push(name, value)
  }
  return { kind: 'clean', headers: headerList(kept) }
}
