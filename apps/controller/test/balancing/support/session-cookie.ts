/** The session cookie that an answer sets. */

import type { IncomingHttpHeaders } from 'node:http'

/** `name=value`; fails unless the answer sets exactly one cookie. */
export function cookieOf(headers: IncomingHttpHeaders): string {
  const [cookie, ...more] = headers['set-cookie'] ?? []
  if (cookie === undefined || more.length > 0) throw new Error(`sets ${JSON.stringify(headers['set-cookie'])}`)
  return cookie.split(';')[0] ?? ''
}
