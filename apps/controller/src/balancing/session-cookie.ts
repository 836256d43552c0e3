import type { SessionAffinity } from '@ingresskit/ingress-translator'

/** The cookie that keeps a client on its endpoint. Everything in it was validated when the annotation was read. */

type CookieSettings = SessionAffinity['cookie']

/** What an answer is told apart by. */
export interface CookieContext {
  readonly scheme: 'http' | 'https'
  /** Path of the rule, which the cookie is limited to unless the Ingress says otherwise. */
  readonly rulePath: string
  readonly userAgent: string | undefined
  /** Milliseconds since the epoch. */
  readonly nowMs: number
}

/** The value of a `Set-Cookie` field (RFC 6265 §4.1). Always HttpOnly, as ingress-nginx has it. */
export function sessionCookie(settings: CookieSettings, token: string, context: CookieContext): string {
  const { name, domain, sameSite, maxAgeSeconds, expiresSeconds } = settings
  let cookie = `${name}=${token}; Path=${settings.path ?? cookiePath(context.rulePath)}`
  if (domain !== undefined) cookie += `; Domain=${domain}`
  if (maxAgeSeconds !== undefined) cookie += `; Max-Age=${maxAgeSeconds}`
  if (expiresSeconds !== undefined) {
    cookie += `; Expires=${new Date(context.nowMs + expiresSeconds * 1000).toUTCString()}`
  }
  if (settings.secure === 'always' || context.scheme === 'https') cookie += '; Secure'
  cookie += '; HttpOnly'
  const omitsNone = settings.conditionalSameSiteNone === true && rejectsSameSiteNone(context.userAgent ?? '')
  if (sameSite !== undefined && !(sameSite === 'None' && omitsNone)) cookie += `; SameSite=${sameSite}`
  return cookie
}

/** A rule may have a path that no attribute can hold (RFC 6265 §4.1.1 path-value): then the cookie is for the whole host. */
function cookiePath(rulePath: string): string {
  return /^\/[\x21-\x3a\x3c-\x7e]*$/.test(rulePath) ? rulePath : '/'
}

/**
 * Browsers that drop a cookie with `SameSite=None`, or take it for `Strict`.
 *
 * @see chromium.org, "SameSite=None: Known Incompatible Clients": Chrome 51 to 66, iOS 12, Safari on macOS 10.14
 */
function rejectsSameSiteNone(userAgent: string): boolean {
  const chrome = /Chrom(?:e|ium)\/(\d{1,3})\./.exec(userAgent)?.[1]
  if (chrome !== undefined) return Number(chrome) >= 51 && Number(chrome) <= 66
  if (/\(iP.{1,40}OS 12[_\d]{0,8}.{0,40}\) AppleWebKit\//.test(userAgent)) return true
  return /Macintosh;.{0,40}Mac OS X 10_14[_\d]{0,6}.{0,20}\) AppleWebKit\/.{0,80}Safari\//.test(userAgent)
}
