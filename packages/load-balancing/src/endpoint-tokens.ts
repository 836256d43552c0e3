/** The tokens that stand for endpoints in what clients bring back. */

import type { Endpoint, Picked } from './balancer.ts'

/** One token for each endpoint of a set. */
export interface EndpointTokens<E extends Endpoint> {
  /** The token of the endpoint with this key. */
  of(key: string): string
  /** The pick of the endpoint with this token; undefined when it has none, as for everything a client made up. */
  find(token: string): Picked<E> | undefined
  /** Those of the next set; O(n), tokens that were made for endpoints that stay are kept. */
  withEndpoints(endpoints: readonly E[]): EndpointTokens<E>
}

/**
 * The token of an endpoint is the signature of its key. Tokens are made when they are first needed, all of them with the first `find`;
 * from then on a request costs one look-up and no signature.
 *
 * Clients that measure how long a look-up takes learn nothing about the tokens: it goes by the hash of the whole text.
 */
export const endpointTokens = <E extends Endpoint>(
  endpoints: readonly E[],
  sign: (text: string) => string,
): EndpointTokens<E> => tokensOf(endpoints, sign, new Map())

const tokensOf = <E extends Endpoint>(
  endpoints: readonly E[],
  sign: (text: string) => string,
  tokens: Map<string, string>,
): EndpointTokens<E> => {
  let picks: ReadonlyMap<string, Picked<E>> | undefined

  const of = (key: string): string => {
    const known = tokens.get(key)
    if (known !== undefined) return known
    const token = sign(key)
    tokens.set(key, token)
    return token
  }

  return {
    of,
    find(token) {
      if (token.length > maxSignatureLength) return undefined
      picks ??= new Map(
        endpoints.map((endpoint, position) => [of(endpoint.key), { kind: 'picked', endpoint, position }]),
      )
      return picks.get(token)
    },
    withEndpoints(next) {
      const kept = new Map<string, string>()
      for (const { key } of next) {
        const token = tokens.get(key)
        if (token !== undefined) kept.set(key, token)
      }
      return tokensOf(next, sign, kept)
    },
  }
}

/** Characters of a signature at most: SHA-512 in hexadecimal digits. */
export const maxSignatureLength = 128
