/** The head a backend gets: made from a list of ours, never by editing what the client sent. */

import { forwardedHeaders, forwardedNames } from './forwarded-headers.ts'
import { hopByHop } from './hop-by-hop.ts'
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

/** Builds it. Framing is always explicit, so that no HTTP library has to choose one. */
export function upstreamHead(request: AcceptedRequest): UpstreamHead {
  const { head } = request
  const stays = hopByHop(head.headers)
  const fields = new Map<string, { name: string; values: string[] }>()
  const add = (name: string, value: string): void => {
    const lower = name.toLowerCase()
    const field = fields.get(lower)
    if (field === undefined) fields.set(lower, { name, values: [value] })
    else field.values.push(value)
  }

  add('Host', head.authority)
  for (const [name, value] of head.headers) {
    const lower = name.toLowerCase()
    if (
      lower === 'host' ||
      lower === 'content-length' ||
      lower === 'expect' ||
      forwardedNames.has(lower) ||
      stays(lower)
    )
      continue
    add(name, value)
  }
  for (const [name, value] of forwardedHeaders(request)) add(name, value)
  addFraming(request, add)
  addConnection(request, add)

  const headers = Object.create(null) as Record<string, string | readonly string[]>
  for (const { name, values } of fields.values()) {
    const [only] = values
    headers[name] = values.length === 1 && only !== undefined ? only : values
  }
  return { method: head.method, target: head.path + head.query, headers }
}

function addFraming({ head, framing }: AcceptedRequest, add: (name: string, value: string) => void): void {
  switch (framing.kind) {
    case 'chunked':
      return add('Transfer-Encoding', 'chunked')
    case 'length':
      return add('Content-Length', String(framing.bytes))
    case 'none':
      // RFC 9110 §8.6: a length is expected with methods that define a body.
      if (methodsWithBody.has(head.method)) add('Content-Length', '0')
  }
}

function addConnection({ head, acceptsTrailers }: AcceptedRequest, add: (name: string, value: string) => void): void {
  if (head.upgrade !== undefined) {
    add('Connection', 'Upgrade')
    add('Upgrade', head.upgrade)
  } else if (acceptsTrailers) {
    add('Connection', 'keep-alive, TE')
    add('TE', 'trailers')
  }
}
