import { createHmac } from 'node:crypto'

/** Signs session tokens of one backend, so that nobody can choose an endpoint that was not given to them. */
export type SessionSigner = (text: string) => string

const signatureLength = 22 // of base64url: 132 bits of the 256

/**
 * HMAC-SHA256 over the backend and the text, cut to 132 bits (RFC 2104 §5 allows half). The same text means nothing to
 * another backend. Some 3 µs; `stickySessions` signs when endpoints change, not with every request.
 */
export function sessionSigner(key: Uint8Array, backend: string): SessionSigner {
  return text => createHmac('sha256', key).update(`${backend}\n${text}`).digest('base64url').slice(0, signatureLength)
}
