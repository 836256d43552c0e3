/** Sessions that stay on their endpoint for as long as it is there. */

import type { Balancer, Endpoint, PickInput, PickResult } from './balancer.ts'
import type { EndpointTokens } from './endpoint-tokens.ts'

/** The `pick` of `stickySessions` in the persistent mode: the client brings back the token of its endpoint. */
export const persistentSessions =
  <E extends Endpoint>(
    balancer: Balancer<E>,
    tokens: EndpointTokens<E>,
    onFailure: 'stay' | 'move',
  ): ((input: PickInput) => PickResult<E>) =>
  input => {
    const own = input.session === undefined ? undefined : tokens.find(input.session)
    if (own !== undefined && input.excluded?.has(own.endpoint.key) !== true) return own
    const result = balancer.pick(input)
    if (result.kind === 'none' || (own !== undefined && onFailure === 'stay')) return result
    return { ...result, session: tokens.of(result.endpoint.key) }
  }
