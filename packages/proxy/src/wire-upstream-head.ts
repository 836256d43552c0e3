/** The head a backend gets on the wire, as text: lines that did not change are taken over in one piece. */

import { WireFields } from '@ingresskit/http-wire'
import { CONTENT_LENGTH, EXPECT, FORWARDED_BY_US, HOP_BY_HOP, HOST } from './field-kind.ts'
import { nominatedFields } from './hop-by-hop.ts'
import type { AcceptedRequest } from './inbound-head.ts'
import { upstreamHeadText, writtenAnew } from './upstream-head.ts'
import { linesWithout } from './wire-lines.ts'

/** One for each client connection, whose requests are nearly always for the same host. */
export class WireUpstreamHeads {
  #authority = ''
  #lines = ''
  #isFlat = false

  /** The head, empty line included. */
  text(request: AcceptedRequest): string {
    const { head, peer } = request
    const { headers } = head
    if (peer.isTrusted || !(headers instanceof WireFields) || !headers.isPlain) return upstreamHeadText(request)
    const passed = passedLines(headers)
    if (passed === undefined) return upstreamHeadText(request)
    if (head.authority !== this.#authority) this.#remember(request)
    else if (!this.#isFlat) this.#flatten()
    return `${head.method} ${head.path}${head.query} HTTP/1.1\r\n${this.#lines}${head.requestId}\r\n${passed}${ownLines(request)}\r\n`
  }

  /** Everything that depends on the connection and the host alone, as one flat string. */
  #remember(request: AcceptedRequest): void {
    const { head, peer } = request
    const port = request.port ?? (head.scheme === 'https' ? 443 : 80)
    this.#authority = head.authority
    this.#isFlat = false
    this.#lines =
      `Host: ${head.authority}\r\nX-Forwarded-For: ${peer.address}\r\nX-Forwarded-Proto: ${head.scheme}\r\n` +
      `X-Forwarded-Host: ${head.authority}\r\nX-Forwarded-Port: ${port}\r\nX-Real-IP: ${peer.address}\r\nX-Request-ID: `
  }

  /**
   * A string put together from others is written piece by piece, every time; from here on it is one piece. Not worth it before the
   * second request, which many connections never have.
   */
  #flatten(): void {
    this.#isFlat = true
    this.#lines = Buffer.from(this.#lines, 'latin1').toString('latin1')
  }
}

const notPassed = HOST | CONTENT_LENGTH | EXPECT | FORWARDED_BY_US | HOP_BY_HOP

/** The lines of the fields that pass, or `undefined` when Connection names others that do not. */
function passedLines(fields: WireFields): string | undefined {
  const nominated = nominatedFields(fields)
  if (nominated !== undefined && nominated.size > 0) return undefined
  return linesWithout(fields, notPassed)
}

function ownLines(request: AcceptedRequest): string {
  let lines = ''
  for (const [name, value] of writtenAnew(request)) lines += `${name}: ${value}\r\n`
  return lines
}
