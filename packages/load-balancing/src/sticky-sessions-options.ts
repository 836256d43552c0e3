/** How `stickySessions` keeps sessions. */

import { maxSignatureLength } from './endpoint-tokens.ts'
import { LoadBalancingError } from './load-balancing-error.ts'

/** How sessions are kept and who signs their tokens. */
export interface StickySessionsOptions {
  /**
   * `persistent`: a session stays for as long as its endpoint is in the set, whatever joins.
   * `balanced`: when c endpoints become n, about (n − c)/n of the sessions move, so that all have their share. The wrapped balancer must be
   * one that goes by `hashKey`; with bounded loads, a session is elsewhere for as long as its endpoint is full.
   */
  readonly mode: 'persistent' | 'balanced'
  /**
   * A keyed signature of a text, e.g. HMAC-SHA-256 in base64url: 1 to 128 characters that cookies may have (RFC 6265 §4.1.1, cookie-octet)
   * and no dot; the same for the same text in every thread and after a restart. Must not throw. Let it sign the name of the backend as well,
   * so that a token of one backend means nothing to another one.
   */
  readonly sign: (text: string) => string
  /** A random text that was not there before, of 1 to 128 characters as in `sign`. Only the balanced mode asks for it. Must not throw. */
  readonly newKey: () => string
  /**
   * When the endpoint of a session is excluded, because it was tried or taken out, another one serves this request.
   * `stay`: the client keeps its token, and goes back later. `move`: it is given one of the other endpoint.
   */
  readonly onFailure: 'stay' | 'move'
}

/**
 * Signs the empty text to see whether cookies can carry what comes out, which would otherwise show only in clients that come back.
 *
 * @throws LoadBalancingError `invalid-option`.
 */
export const checkSign = (sign: (text: string) => string): void => {
  const signature = sign('')
  if (signature.length <= maxSignatureLength && cookieOctetsWithoutDot.test(signature)) return
  throw new LoadBalancingError(
    'invalid-option',
    `option "sign" gave a text of ${signature.length} characters: give a function that answers 1 to ${maxSignatureLength} characters that cookies may have, without a dot`,
  )
}

/** RFC 6265 §4.1.1, cookie-octet; the dot is what the parts of a token are told apart by. */
const cookieOctetsWithoutDot = /^[!#-+\-/-:<-[\]-~]+$/u
