/** A backend's answer head, made fit to be sent to the client. */

import { fieldLines, type AddedFields } from './added-fields.ts'
import { isFieldValue, isToken } from './field-syntax.ts'
import { hopByHop } from './hop-by-hop.ts'
import type { HeaderList } from './request-head.ts'

export interface BackendAnswer {
  readonly status: number
  readonly reasonPhrase: string
  readonly headers: HeaderList
}

export type ResponseHead =
  | {
      readonly kind: 'head'
      readonly status: number
      readonly reasonPhrase?: string
      readonly flatHeaders: readonly string[]
    }
  | { readonly kind: 'invalid'; readonly why: string }

/**
 * Checks and filters it: hop-by-hop fields go, `Content-Length` goes from 204 (RFC 9110 §8.6), `Trailer` stays only where trailers
 * follow. `invalid` for a status outside 200–999, a field node:http would throw on, or a body in a coding that is not served.
 */
export function responseHead(
  answer: BackendAnswer,
  client: { readonly acceptsTrailers: boolean; readonly isHead: boolean },
): ResponseHead {
  const { status, headers } = answer
  if (!Number.isInteger(status) || status < 200 || status > 999) return { kind: 'invalid', why: 'status' }
  const codings = headers.getAll('transfer-encoding')
  const isChunked = codings.length === 1 && codings[0]?.trim().toLowerCase() === 'chunked'
  if (codings.length > 0 && (!isChunked || headers.has('content-length'))) return { kind: 'invalid', why: 'framing' }

  // node:http throws on Trailer where nothing is chunked, and an answer without a body is not.
  const hasTrailers = isChunked && client.acceptsTrailers && !client.isHead && status !== 204 && status !== 304
  const stays = hopByHop(headers)
  const flatHeaders: string[] = []
  for (const [name, value] of headers) {
    if (!isToken(name) || !isFieldValue(value)) return { kind: 'invalid', why: 'header-field' }
    const lower = name.toLowerCase()
    const keptTrailer = lower === 'trailer' && hasTrailers
    if ((stays(lower) && !keptTrailer) || (lower === 'content-length' && status === 204)) continue
    flatHeaders.push(name, value)
  }
  const clean = /^[\t\x20-\x7e]{1,256}$/.test(answer.reasonPhrase)
  return { kind: 'head', status, flatHeaders, ...(clean ? { reasonPhrase: answer.reasonPhrase } : {}) }
}

/** The head of a 101 to WebSocket for the client, as text; `undefined` when the backend's has a field that cannot be sent. */
export function switchingHead(headers: HeaderList, added: AddedFields): string | undefined {
  const stays = hopByHop(headers)
  let text = 'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n'
  for (const [name, value] of headers) {
    if (!isToken(name) || !isFieldValue(value)) return undefined
    const lower = name.toLowerCase()
    if (!stays(lower) && lower !== 'content-length') text += `${name}: ${value}\r\n`
  }
  return `${text}${fieldLines(added.addedFields())}\r\n`
}

// RFC 9110 §6.5.1: what frames, routes, authenticates or controls must not come after the body.
const neverTrailers = new Set([
  'content-length',
  'content-encoding',
  'content-type',
  'content-range',
  'host',
  'authorization',
  'www-authenticate',
  'set-cookie',
  'cache-control',
  'expires',
  'date',
  'location',
  'vary',
])

/** The trailer fields that may be passed on, as `[name, value]` pairs. */
export function passedTrailers(trailers: HeaderList): [string, string][] {
  const stays = hopByHop(trailers)
  const kept: [string, string][] = []
  for (const [name, value] of trailers) {
    const lower = name.toLowerCase()
    if (isToken(name) && isFieldValue(value) && !stays(lower) && !neverTrailers.has(lower)) kept.push([name, value])
  }
  return kept
}
