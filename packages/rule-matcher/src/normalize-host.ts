/** The host a request names, in the form in which rules are compared with it. */
import { isIpv6 } from './ip-literal.ts'

/** Why an authority names no host; the request is answered 400. */
export type HostRejection = 'empty' | 'too-long' | 'bad-character' | 'empty-label' | 'bad-port' | 'bad-ip-literal'

/** A request's host in comparable form, or why there is none. */
export type NormalizedHost =
  | {
      readonly kind: 'host'
      /** Lower case, without port and trailing dot; an IPv6 address keeps its brackets. */
      readonly host: string
      /** 0 to 65535; absent when none was given, or none after the colon. */
      readonly port?: number
    }
  | { readonly kind: 'invalid'; readonly reason: HostRejection }

// RFC 1035 §2.3.4: 255 octets on the wire are 253 characters as text.
const MAX_NAME_LENGTH = 253
// The digits of 65535.
const MAX_PORT_DIGITS = 5
const DOT = 0x2e
const COLON = 0x3a
const BRACKET = 0x5b

/**
 * Reads a `Host` header or an `:authority`: lower-cases, strips the port and one trailing dot.
 *
 * Stricter than RFC 3986's reg-name: letters, digits, `-`, `.`, `_` and `~` only, so no escapes, user info or lists; no empty label.
 * Underscores are accepted because clients send them, although no Ingress rule can have one. Linear time.
 *
 * @see RFC 9110 §7.2, RFC 3986 §3.2.2
 */
export function normalizeHost(authority: string): NormalizedHost {
  if (authority === '') return { kind: 'invalid', reason: 'empty' }
  if (authority.charCodeAt(0) === BRACKET) return normalizeIpLiteral(authority)
  const colon = authority.indexOf(':')
  let end = colon === -1 ? authority.length : colon
  const reason = nameRejection(authority, end)
  if (reason !== undefined) return { kind: 'invalid', reason }
  if (authority.charCodeAt(end - 1) === DOT) end--
  if (end > MAX_NAME_LENGTH) return { kind: 'invalid', reason: 'too-long' }
  const name = end === authority.length ? authority : authority.slice(0, end)
  return withPort(name.toLowerCase(), colon === -1 ? '' : authority.slice(colon + 1))
}

function normalizeIpLiteral(authority: string): NormalizedHost {
  const close = authority.indexOf(']')
  const afterwards = authority.charCodeAt(close + 1)
  if (close === -1 || !isIpv6(authority.slice(1, close))) return { kind: 'invalid', reason: 'bad-ip-literal' }
  const host = authority.slice(0, close + 1).toLowerCase()
  if (close + 1 === authority.length) return { kind: 'host', host }
  return afterwards === COLON
    ? withPort(host, authority.slice(close + 2))
    : { kind: 'invalid', reason: 'bad-character' }
}

function nameRejection(authority: string, end: number): HostRejection | undefined {
  if (end === 0) return 'empty'
  let labelLength = 0
  for (let at = 0; at < end; at++) {
    const code = authority.charCodeAt(at)
    if (code !== DOT) {
      if (!isNameCharacter(code)) return 'bad-character'
      labelLength++
    } else if (labelLength === 0) return end === 1 ? 'empty' : 'empty-label'
    else labelLength = 0
  }
  return undefined
}

function isNameCharacter(code: number): boolean {
  const lower = code | 0x20
  return (
    (lower >= 0x61 && lower <= 0x7a) ||
    (code >= 0x30 && code <= 0x39) ||
    code === 0x2d ||
    code === 0x5f ||
    code === 0x7e
  )
}

function withPort(host: string, digits: string): NormalizedHost {
  // RFC 3986 §3.2.3 lets the digits after the colon be missing.
  if (digits === '') return { kind: 'host', host }
  const port = digits.length <= MAX_PORT_DIGITS && /^\d+$/.test(digits) ? Number(digits) : Number.NaN
  return port <= 65_535 ? { kind: 'host', host, port } : { kind: 'invalid', reason: 'bad-port' }
}
