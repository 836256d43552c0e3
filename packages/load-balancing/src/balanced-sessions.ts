/** Sessions that are spread anew over the endpoints there are. */

import type { Balancer, Endpoint, Picked, PickInput, PickResult } from './balancer.ts'
import type { EndpointTokens } from './endpoint-tokens.ts'
import { readSession, type Session, sessionToken } from './session-token.ts'
import type { StickySessionsOptions } from './sticky-sessions-options.ts'

/**
 * The `pick` of `stickySessions` in the balanced mode: the client brings back a key, which the wrapped balancer hashes, and the token of its
 * endpoint, which counts only while that endpoint is draining.
 */
export const balancedSessions = <E extends Endpoint>(
  balancer: Balancer<E>,
  tokens: EndpointTokens<E>,
  { sign, newKey, onFailure }: StickySessionsOptions,
): ((input: PickInput) => PickResult<E>) => {
  const withToken = (result: PickResult<E>, key: string): PickResult<E> => {
    if (result.kind === 'none') return result
    const session = sessionToken({ key, endpointToken: tokens.of(result.endpoint.key) }, sign)
    return { ...result, session }
  }

  const begin = (excluded: ReadonlySet<string> | undefined): PickResult<E> => {
    if (excluded === undefined || excluded.size === 0) {
      const key = newKey()
      return withToken(balancer.pick({ hashKey: key }), key)
    }
    // A key of an excluded endpoint would take the client there as soon as the endpoint is no longer excluded.
    let key = newKey()
    for (let draw = 1; draw < maxDraws; draw += 1) {
      const result = balancer.pick({ hashKey: key })
      if (result.kind === 'none' || !excluded.has(result.endpoint.key)) return withToken(result, key)
      key = newKey()
    }
    return withToken(balancer.pick({ hashKey: key, excluded }), key)
  }

  const draining = ({ endpointToken }: Session): Picked<E> | undefined => {
    const home = tokens.find(endpointToken)
    return home?.endpoint.weight === 0 ? home : undefined
  }

  return ({ session: token, excluded }) => {
    const session = token === undefined ? undefined : readSession(token, sign)
    if (session === undefined) return begin(excluded)
    const own = draining(session) ?? balancer.pick({ hashKey: session.key })
    if (own.kind === 'none') return own
    if (excluded?.has(own.endpoint.key) !== true) {
      const isKnown = tokens.of(own.endpoint.key) === session.endpointToken
      return isKnown ? own : withToken(own, session.key)
    }
    return onFailure === 'move' ? begin(excluded) : balancer.pick({ hashKey: session.key, excluded })
  }
}

/** Keys tried to find one of an endpoint that is not excluded; as many as ingress-nginx tries. */
const maxDraws = 20
