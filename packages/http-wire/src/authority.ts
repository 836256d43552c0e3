/** `host[:port]` of a Host field or an absolute request target (RFC 9110 §7.2). */

import { isIPv6 } from 'node:net'

/** A valid authority, taken apart. */
export interface Authority {
  /** Lower-case, without one trailing dot; an IPv6 literal keeps its brackets. */
  readonly host: string
  /** 1 to 65535; `undefined` when none was written. */
  readonly port: number | undefined
}

const shape = /^(\[[0-9A-Fa-f:.]+\]|[0-9A-Za-z._-]+)(?::([0-9]{1,5}))?$/

/** Parses it strictly; `undefined` for anything that is not a DNS-like name, an IPv4 address or a bracketed IPv6 address. */
export function parseAuthority(text: string): Authority | undefined {
  const nameEnd = plainNameEnd(text)
  if (nameEnd > 0 && nameEnd === text.length) return { host: text, port: undefined }
  if (nameEnd > 0 && text.charCodeAt(nameEnd) === colon) {
    const port = portAt(text, nameEnd + 1)
    return port === undefined ? undefined : { host: text.slice(0, nameEnd), port }
  }
  const match = shape.exec(text)
  const written = match?.[1]
  if (written === undefined) return undefined
  const host = written.startsWith('[') ? ipv6Host(written) : nameHost(written)
  if (host === undefined) return undefined
  const digits = match?.[2]
  if (digits === undefined) return { host, port: undefined }
  const port = portAt(digits, 0)
  return port === undefined ? undefined : { host, port }
}

/**
 * Where lower-case labels of letters, digits and dashes end that begin the text; 0 when there are none, or one is empty. Nearly every
 * Host is such a name: no regular expression for these.
 */
function plainNameEnd(text: string): number {
  let labelLength = 0
  let at = 0
  for (; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === dot) {
      if (labelLength === 0) return 0
      labelLength = 0
    } else if ((code >= 0x61 && code <= 0x7a) || (code >= 0x30 && code <= 0x39) || code === dash) labelLength++
    else break
  }
  return labelLength > 0 && at <= 253 ? at : 0
}

/** The port that one to five digits up to the end of the text say, when there is such a port. */
function portAt(text: string, start: number): number | undefined {
  const { length } = text
  if (length === start || length - start > 5) return undefined
  let port = 0
  for (let at = start; at < length; at++) {
    const digit = text.charCodeAt(at) - 0x30
    if (digit < 0 || digit > 9) return undefined
    port = port * 10 + digit
  }
  return port > 0 && port <= 65_535 ? port : undefined
}

const dot = 0x2e
const dash = 0x2d
const colon = 0x3a

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
