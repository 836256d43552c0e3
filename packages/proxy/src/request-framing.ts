/** How a request says where its body ends (RFC 9112 §6), accepted only when there is one reading of it. */

import { listTokens } from './field-syntax.ts'
import type { HeaderList } from './request-head.ts'

/** `length` with 0 bytes is kept apart from `none`: a backend gets the framing the client chose. */
export type Framing =
  | { readonly kind: 'none' }
  | { readonly kind: 'length'; readonly bytes: number }
  | { readonly kind: 'chunked' }

export type FramingOutcome =
  | { readonly kind: 'framed'; readonly framing: Framing }
  | { readonly kind: 'rejected'; readonly status: 400 | 501; readonly reason: string }

const length = /^[0-9]{1,15}$/ // at most 15 digits: below Number.MAX_SAFE_INTEGER
const otherCodings = new Set(['gzip', 'x-gzip', 'deflate', 'compress', 'x-compress'])

/** The framing of a request, or why it is refused: 501 for codings that exist but are not served, else 400. */
export function requestFraming(headers: HeaderList, httpVersion: string): FramingOutcome {
  const codings = headers.getAll('transfer-encoding')
  const lengths = headers.getAll('content-length')
  if (codings.length > 0) {
    if (lengths.length > 0) return rejected('length-and-transfer-encoding')
    if (httpVersion === '1.0') return rejected('transfer-encoding-on-http-1.0')
    if (codings.length === 1 && codings[0]?.trim().toLowerCase() === 'chunked') {
      return { kind: 'framed', framing: { kind: 'chunked' } }
    }
    const tokens = listTokens(codings)
    const served = tokens.at(-1) === 'chunked' && tokens.slice(0, -1).every(coding => otherCodings.has(coding))
    return served && tokens.length > 1
      ? { kind: 'rejected', status: 501, reason: 'transfer-coding-not-served' }
      : rejected('bad-transfer-encoding')
  }
  const [only] = lengths
  if (only === undefined) return { kind: 'framed', framing: { kind: 'none' } }
  if (lengths.length > 1 || !length.test(only)) return rejected('bad-content-length')
  return { kind: 'framed', framing: { kind: 'length', bytes: Number(only) } }
}

/** Bytes of the body; `undefined` when only its end will tell. */
export function framedBytes(framing: Framing): number | undefined {
  switch (framing.kind) {
    case 'none':
      return 0
    case 'length':
      return framing.bytes
    case 'chunked':
      return undefined
  }
}

function rejected(reason: string): FramingOutcome {
  return { kind: 'rejected', status: 400, reason }
}
