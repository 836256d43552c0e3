/** What a header field is to a proxy, found by the length of its name and one comparison: no lower-case copy, no hash. */

import { isNamedAt } from '@ingresskit/http-wire'

/** Flags that `kindOf` combines. */
export const HOP_BY_HOP = 1
export const HOST = 2
export const CONTENT_LENGTH = 4
export const EXPECT = 8
/** By which proxies describe the client: ours to set, and a client's only through a trusted proxy. */
export const FORWARDING = 16
/** Of these, the ones that are always made anew for a backend. */
export const FORWARDED_BY_US = 32
export const COOKIE = 64
export const AUTHORIZATION = 128
/** Dropped from every request: `Proxy` (httpoxy, CVE-2016-5385). */
export const DROPPED = 256
export const TRAILER = 1024

/** 0 for every field that simply passes. O(length of the name). */
export function kindOf(name: string): number {
  return kindAt(name, 0, name.length)
}

/** The same for a name that stands in a text. */
export function kindAt(text: string, start: number, end: number): number {
  const first = text.charCodeAt(start) | 0x20
  if (first === letterX) return extensionKind(text, start, end)
  switch (end - start) {
    case 2:
      return first === letterT && isNamedAt(text, start, 'te') ? HOP_BY_HOP : 0
    case 4:
      return first === letterH && isNamedAt(text, start, 'host') ? HOST : 0
    case 5:
      return first === letterP && isNamedAt(text, start, 'proxy') ? DROPPED : 0
    case 6:
      if (first === letterC) return isNamedAt(text, start, 'cookie') ? COOKIE : 0
      return first === letterE && isNamedAt(text, start, 'expect') ? EXPECT : 0
    case 7:
      if (first === letterU) return isNamedAt(text, start, 'upgrade') ? HOP_BY_HOP : 0
      return first === letterT && isNamedAt(text, start, 'trailer') ? HOP_BY_HOP | TRAILER : 0
    case 9:
      return first === letterF && isNamedAt(text, start, 'forwarded') ? FORWARDING : 0
    case 10:
      if (first === letterC) return isNamedAt(text, start, 'connection') ? HOP_BY_HOP : 0
      return first === letterK && isNamedAt(text, start, 'keep-alive') ? HOP_BY_HOP : 0
    case 13:
      return first === letterA && isNamedAt(text, start, 'authorization') ? AUTHORIZATION : 0
    case 14:
      if (first === letterC) return isNamedAt(text, start, 'content-length') ? CONTENT_LENGTH : 0
      return first === letterH && isNamedAt(text, start, 'http2-settings') ? HOP_BY_HOP : 0
    case 16:
      return first === letterP && isNamedAt(text, start, 'proxy-connection') ? HOP_BY_HOP : 0
    case 17:
      return first === letterT && isNamedAt(text, start, 'transfer-encoding') ? HOP_BY_HOP : 0
    case 18:
      return first === letterP && isNamedAt(text, start, 'proxy-authenticate') ? HOP_BY_HOP : 0
    case 19:
      return first === letterP && isNamedAt(text, start, 'proxy-authorization') ? HOP_BY_HOP : 0
    default:
      return 0
  }
}

const letterA = 0x61
const letterC = 0x63
const letterE = 0x65
const letterF = 0x66
const letterH = 0x68
const letterK = 0x6b
const letterP = 0x70
const letterT = 0x74
const letterU = 0x75
const letterX = 0x78

const ours = new Set([
  'x-forwarded-for',
  'x-forwarded-proto',
  'x-forwarded-host',
  'x-forwarded-port',
  'x-real-ip',
  'x-request-id',
])

function extensionKind(text: string, start: number, end: number): number {
  const lower = text.slice(start, end).toLowerCase()
  if (ours.has(lower)) return FORWARDING | FORWARDED_BY_US
  return lower.startsWith('x-forwarded-') || lower.startsWith('x-original-') ? FORWARDING : 0
}
