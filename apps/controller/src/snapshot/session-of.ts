import type { RequestHead } from '@ingresskit/proxy'
import { cookieValue } from './hash-key.ts'
import type { ForwardPlan } from './target-plan.ts'

/** What a session cookie holds: the token of the balancer, and a tag that says which Service it is of. */

// Neither part has it: tokens are base64url and dots.
const separator = '~'

/** The token that the client brought back for the Service of this plan; `undefined` for none, and for one of another Service. */
export function sessionOf({ affinity, sessionTag }: ForwardPlan, { headers }: RequestHead): string | undefined {
  if (affinity === undefined || sessionTag === undefined) return undefined
  const value = cookieValue(headers.get('cookie'), affinity.cookie.name)
  const end = `${separator}${sessionTag}`
  return value?.endsWith(end) === true ? value.slice(0, -end.length) : undefined
}

/** The value of the cookie for a token. */
export function sessionValue(token: string, sessionTag: string): string {
  return `${token}${separator}${sessionTag}`
}
