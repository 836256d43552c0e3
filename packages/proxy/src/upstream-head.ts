/** The head a backend gets: made from a list of ours, never by editing what the client sent. */

import { addForwardedHeaders } from './forwarded-headers.ts'
import { CONTENT_LENGTH, EXPECT, FORWARDED_BY_US, HOP_BY_HOP, HOST, kindOf } from './field-kind.ts'
import { nominatedFields } from './hop-by-hop.ts'
import type { AcceptedRequest } from './inbound-head.ts'

/** By field name as first written; several values are sent as several fields. Has no prototype: names are the client's. */
export type OutgoingHeaders = Readonly<Record<string, string | readonly string[]>>

export interface UpstreamHead {
  readonly method: string
  /** Origin form. */
  readonly target: string
  readonly headers: OutgoingHeaders
}

const methodsWithBody = new Set(['POST', 'PUT', 'PATCH'])

/** As text, for a codec that writes it. */
export function upstreamHeadText(request: AcceptedRequest): string {
  const { head } = request
  let text = `${head.method} ${head.path}${head.query} HTTP/1.1\r\n`
  addFields(request, (name, value) => {
    text += `${name}: ${value}\r\n`
  })
  return `${text}\r\n`
}

/** As a record, for a codec that gives it to an HTTP library. */
export function upstreamHead(request: AcceptedRequest): UpstreamHead {
  const { head } = request
  const fields = new Map<string, { name: string; values: string[] }>()
  addFields(request, (name, value) => {
    const lower = name.toLowerCase()
    const field = fields.get(lower)
    if (field === undefined) fields.set(lower, { name, values: [value] })
    else field.values.push(value)
  })
  const headers = Object.create(null) as Record<string, string | readonly string[]>
  for (const { name, values } of fields.values()) {
    const [only] = values
    headers[name] = values.length === 1 && only !== undefined ? only : values
  }
  return { method: head.method, target: head.path + head.query, headers }
}

/** What is written anew, or stays on the client's connection. */
const notPassed = HOST | CONTENT_LENGTH | EXPECT | FORWARDED_BY_US | HOP_BY_HOP

/** Every field of the head in order. Framing is always explicit, so that no HTTP library has to choose one. */
function addFields(request: AcceptedRequest, add: (name: string, value: string) => void): void {
  const { headers } = request.head
  const { flat } = headers
  const nominated = nominatedFields(headers)
  add('Host', request.head.authority)
  for (let at = 0; at + 1 < flat.length; at += 2) {
    const name = flat[at] ?? ''
    if ((kindOf(name) & notPassed) !== 0 || (nominated !== undefined && nominated.has(name.toLowerCase()))) continue
    add(name, flat[at + 1] ?? '')
  }
  addForwardedHeaders(request, add)
  for (const [name, value] of writtenAnew(request)) add(name, value)
}

/** The fields that say how the body is framed and what the connection is for. */
export function writtenAnew(request: AcceptedRequest): readonly (readonly [name: string, value: string])[] {
  const { head, framing, acceptsTrailers } = request
  if (framing.kind === 'none' && head.upgrade === undefined && !acceptsTrailers && !methodsWithBody.has(head.method))
    return nothing
  return [...framingFields(request), ...connectionFields(request)]
}

const nothing: readonly (readonly [string, string])[] = []

function framingFields({ head, framing }: AcceptedRequest): readonly (readonly [string, string])[] {
  switch (framing.kind) {
    case 'chunked':
      return [['Transfer-Encoding', 'chunked']]
    case 'length':
      return [['Content-Length', String(framing.bytes)]]
    case 'none':
      // RFC 9110 §8.6: a length is expected with methods that define a body.
      return methodsWithBody.has(head.method) ? [['Content-Length', '0']] : nothing
  }
}

function connectionFields({ head, acceptsTrailers }: AcceptedRequest): readonly (readonly [string, string])[] {
  if (head.upgrade !== undefined) {
    return [
      ['Connection', 'Upgrade'],
      ['Upgrade', head.upgrade],
    ]
  }
  return acceptsTrailers
    ? [
        ['Connection', 'keep-alive, TE'],
        ['TE', 'trailers'],
      ]
    : nothing
}
