/** What a client brings back in the balanced mode: `key.endpoint.signature`. */

import { maxSignatureLength } from './endpoint-tokens.ts'

/** What a token says. */
export interface Session {
  /** Text that the wrapped balancer hashes. */
  readonly key: string
  /** Token of the endpoint that the client was given last. */
  readonly endpointToken: string
}

/** The token of a session. */
export const sessionToken = ({ key, endpointToken }: Session, sign: (text: string) => string): string => {
  const payload = `${key}.${endpointToken}`
  return `${payload}.${sign(signedText(payload))}`
}

/**
 * What a token says, or undefined when it was not made by `sessionToken` with the same `sign`. Costs one signature, and nothing when it is
 * too long or has not three parts. The time it takes does not tell how much of a forged signature is right.
 */
export const readSession = (token: string, sign: (text: string) => string): Session | undefined => {
  if (token.length > maxTokenLength) return undefined
  const [key, endpointToken, signature, ...rest] = token.split('.', 4)
  if (key === undefined || endpointToken === undefined || signature === undefined || rest.length > 0) return undefined
  if (!equalInConstantTime(signature, sign(signedText(`${key}.${endpointToken}`)))) return undefined
  return { key, endpointToken }
}

/** Three parts of 128 characters and two dots. */
const maxTokenLength = 3 * maxSignatureLength + 2

/** Differs from every endpoint key, so that the token of an endpoint is no signature of a session. */
const signedText = (payload: string): string => `session ${payload}`

const equalInConstantTime = (a: string, b: string): boolean => {
  if (a.length !== b.length) return false
  let difference = 0
  for (let at = 0; at < a.length; at += 1) difference |= a.charCodeAt(at) ^ b.charCodeAt(at)
  return difference === 0
}
