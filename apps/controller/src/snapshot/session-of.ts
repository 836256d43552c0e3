import type { RequestHead } from '@ingresskit/proxy'
import { cookieValue } from './hash-key.ts'
import type { ForwardPlan } from './target-plan.ts'

/** What a session cookie holds: the token of the balancer, and tags that say which Service it is of and which Ingress gave it. */

/** A session as a client brought it back. */
export interface Session {
  readonly token: string
  /** `same`: of the Ingress of the plan. */
  readonly givenBy: 'same' | 'other'
}

// No part has it: tokens are base64url and dots.
const separator = '~'

/** The session that the client has with the Service of this plan; `undefined` for none, and for one with another Service. */
export function sessionOf({ affinity, sessionTag }: ForwardPlan, { headers }: RequestHead): Session | undefined {
  if (affinity === undefined || sessionTag === undefined) return undefined
  const [token = '', service, ingress] =
    cookieValue(headers.get('cookie'), affinity.cookie.name)?.split(separator, 4) ?? []
  if (service !== sessionTag.service) return undefined
  return { token, givenBy: ingress === sessionTag.ingress ? 'same' : 'other' }
}

/** The value of the cookie for a token. */
export function sessionValue(token: string, { service, ingress }: NonNullable<ForwardPlan['sessionTag']>): string {
  return [token, service, ingress].join(separator)
}
