/** Fields that belong to one connection and never travel on (RFC 9110 §7.6.1). */

import { listTokens } from '@ingresskit/http-wire'
import { FORWARDING, HOP_BY_HOP, kindOf } from './field-kind.ts'
import type { HeaderList } from './request-head.ts'

// Naming one of these in Connection would let a sender take away what routing, framing or authentication rests on.
const neverNominated = new Set([
  'host',
  'cookie',
  'set-cookie',
  'authorization',
  'content-length',
  'content-type',
  'date',
])

/** The lower-case names that a message's Connection field keeps on its connection; `undefined` when it names none that travels. */
export function nominatedFields(headers: HeaderList): ReadonlySet<string> | undefined {
  const connection = headers.get('connection')
  if (connection === undefined || connection === 'keep-alive' || connection === 'close') return undefined
  const names = listTokens(headers.getAll('connection')).filter(
    name => !neverNominated.has(name) && (kindOf(name) & FORWARDING) === 0,
  )
  return new Set(names)
}

/** Tells for one message which names stay on its connection, those named in Connection included. */
export function hopByHop(headers: HeaderList): (name: string) => boolean {
  const nominated = nominatedFields(headers)
  return name => (kindOf(name) & HOP_BY_HOP) !== 0 || (nominated !== undefined && nominated.has(name.toLowerCase()))
}
