/** Keeps clients on the endpoint that they were given. */

import type { Balancer, Endpoint } from './balancer.ts'
import { balancedSessions } from './balanced-sessions.ts'
import { type EndpointTokens, endpointTokens } from './endpoint-tokens.ts'
import { persistentSessions } from './persistent-sessions.ts'
import { checkSign, type StickySessionsOptions } from './sticky-sessions-options.ts'

/**
 * Picks the endpoint that `PickInput.session` stands for, and the one that the wrapped balancer picks for clients without a session.
 * `PickResult.session` is there when the client has to be given a token: it had none, or none that still holds.
 *
 * Tokens are signed, so that a client cannot choose an endpoint that it was not given; forged, unknown and over-long ones count as none. They
 * say nothing about addresses. An endpoint of weight 0 keeps its sessions and gets no new ones, in both modes. An endpoint that is gone loses
 * them; the next pick gives a new token.
 *
 * Picking the endpoint of a session takes nobody's turn and is not held by bounded loads or slow start (in the persistent mode, and in the
 * balanced one while it drains); its requests in flight count as all others. Persistent: O(1), no signature; signs all endpoints once.
 * Balanced: a signature, a pick of the wrapped balancer, and one more of each for a new token; up to 20 picks when endpoints are excluded.
 *
 * @throws LoadBalancingError `invalid-option` when a signature cannot be part of a cookie.
 */
export const stickySessions = <E extends Endpoint>(
  balancer: Balancer<E>,
  options: StickySessionsOptions,
): Balancer<E> => {
  checkSign(options.sign)
  return remembering(balancer, options, endpointTokens(balancer.endpoints, options.sign))
}

const remembering = <E extends Endpoint>(
  balancer: Balancer<E>,
  options: StickySessionsOptions,
  tokens: EndpointTokens<E>,
): Balancer<E> => ({
  endpoints: balancer.endpoints,
  pick:
    options.mode === 'persistent'
      ? persistentSessions(balancer, tokens, options.onFailure)
      : balancedSessions(balancer, tokens, options),
  started: (endpoint, attempt) => balancer.started(endpoint, attempt),
  connected: endpoint => balancer.connected(endpoint),
  finished: (endpoint, completion) => balancer.finished(endpoint, completion),
  inFlight: key => balancer.inFlight(key),
  withEndpoints(next) {
    const following = balancer.withEndpoints(next)
    return remembering(following, options, tokens.withEndpoints(following.endpoints))
  },
})
