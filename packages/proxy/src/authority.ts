/** `host[:port]` of a Host header or an absolute request target (RFC 9110 §7.2). */

import { isIPv6 } from 'node:net'

export interface Authority {
  /** Lower-case, without one trailing dot; an IPv6 literal keeps its brackets. */
  readonly host: string
  readonly port?: number
}

const shape = /^(\[[0-9A-Fa-f:.]+\]|[0-9A-Za-z._-]+)(?::([0-9]{1,5}))?$/

/** Parses it strictly; `undefined` for anything that is not a DNS-like name, an IPv4 address or a bracketed IPv6 address. */
export function parseAuthority(text: string): Authority | undefined {
  const match = shape.exec(text)
  const written = match?.[1]
  if (written === undefined) return undefined
  const host = written.startsWith('[') ? ipv6Host(written) : nameHost(written)
  if (host === undefined) return undefined
  const digits = match?.[2]
  if (digits === undefined) return { host }
  const port = Number(digits)
  return port > 0 && port <= 65_535 ? { host, port } : undefined
}

function ipv6Host(written: string): string | undefined {
  return isIPv6(written.slice(1, -1)) ? written.toLowerCase() : undefined
}

function nameHost(written: string): string | undefined {
  const name = written.endsWith('.') ? written.slice(0, -1) : written
  // RFC 1035 §2.3.4: 253 characters without the trailing dot. Empty labels match no rule and confuse those who split at dots.
  if (name === '' || name.length > 253 || name.startsWith('.') || name.endsWith('.') || name.includes('..'))
    return undefined
  return name.toLowerCase()
}
