// Continue tokens of lists, in the form of the real ones (Kubernetes apiserver, pkg/storage/continue.go).
import { Buffer } from 'node:buffer'

/** The place where a list goes on, or why the token is none. */
export type ContinuePlace =
  | {
      readonly kind: 'ok'
      /** -1 = whatever is current. */
      readonly version: number
      /** The key of the last object that was sent, with a zero byte. */
      readonly start: string
    }
  | { readonly kind: 'bad'; readonly message: string }

/** Writes one. */
export function continueToken(version: number, start: string): string {
  return Buffer.from(JSON.stringify({ v: 'meta.k8s.io/v1', rv: version, start })).toString('base64url')
}

/** Reads one. */
export function readContinueToken(token: string): ContinuePlace {
  const bytes = Buffer.from(token, 'base64url')
  try {
    const { v, rv, start } = JSON.parse(bytes.toString()) as Record<'v' | 'rv' | 'start', unknown>
    if (v === 'meta.k8s.io/v1' && typeof rv === 'number' && typeof start === 'string') {
      return { kind: 'ok', version: rv, start }
    }
    return bad('server does not recognize this encoded version')
  } catch {
    // As Go's JSON decoder says it.
    return bad(`invalid character '${quoted(bytes[0] ?? 0)}' looking for beginning of value`)
  }
}

function bad(why: string): ContinuePlace {
  return { kind: 'bad', message: `invalid continue token: continue key is not valid: ${why}` }
}

function quoted(byte: number): string {
  const isPrintable = (byte >= 0x20 && byte < 0x7f) || byte > 0xa0
  return isPrintable ? String.fromCharCode(byte) : String.raw`\u` + byte.toString(16).padStart(4, '0')
}
