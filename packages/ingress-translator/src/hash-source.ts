import type { Parsed } from '@ingresskit/traffic-policies'
import { invalid, parsed } from './parsed.ts'
import { isToken } from './token.ts'
import { quoted } from './unknown-fields.ts'

/** Which part of a request is hashed; a request without it is balanced round-robin. */
export type HashSource =
  | { readonly kind: 'ip' | 'uri' | 'path' | 'host' }
  | {
      readonly kind: 'header' | 'cookie' | 'query'
      /** Header names are lower-case; cookie and query names are case-sensitive. */
      readonly name: string
    }

const queryName = /^[^\s&=#]{1,128}$/u

/** Reads `ingresskit.dev/hash-on`: `ip`, `uri`, `path`, `host`, `header:NAME`, `cookie:NAME`, `query:NAME`. */
export function parseHashSource(text: string): Parsed<HashSource> {
  const source = readHashSource(text.trim())
  if (source !== undefined) return parsed(source)
  return invalid(
    `${quoted(text)} says no part of a request; use ip, uri, path, host, header:NAME (without "_"), cookie:NAME or query:NAME`,
  )
}

function readHashSource(text: string): HashSource | undefined {
  if (text === 'ip' || text === 'uri' || text === 'path' || text === 'host') return { kind: text }
  const colon = text.indexOf(':')
  if (colon < 0) return undefined
  const kind = text.slice(0, colon)
  const name = text.slice(colon + 1)
  // Headers with "_" are dropped on arrival.
  if (kind === 'header' && isToken(name) && !name.includes('_')) return { kind, name: name.toLowerCase() }
  if (kind === 'cookie' && isToken(name)) return { kind, name }
  if (kind === 'query' && queryName.test(name)) return { kind, name }
  return undefined
}
