/** The head of an answer for the client, as text: from a backend's, or of our own. */

import { STATUS_CODES } from 'node:http'
import type { AnswerHead, Fields } from '@ingresskit/http-wire'
import { fieldLines } from './added-fields.ts'
import { CONTENT_LENGTH, HOP_BY_HOP, kindOf, TRAILER } from './field-kind.ts'
import { nominatedFields } from './hop-by-hop.ts'
import type { ReadyAnswer } from './local-answer.ts'
import { linesWithout } from './wire-lines.ts'

/** How the body goes to the client. `close`: its end is the end of the connection (HTTP/1.0). */
export type ClientFraming = 'none' | 'length' | 'chunked' | 'close'

/** What the head depends on beside the answer. */
export interface ClientFacts {
  readonly acceptsTrailers: boolean
  /** The `Connection` and `Keep-Alive` lines. */
  readonly connectionLines: string
  /** Gives the value of Date for an answer that has none. */
  readonly date: () => string
  /** Further fields, as `[name, value, …]`. */
  readonly added: readonly string[]
}

/** How the body of an answer goes to a client of this version. */
export function clientFraming(answer: AnswerHead, httpVersion: string): ClientFraming {
  switch (answer.framing.kind) {
    case 'none':
    case 'length':
      return answer.framing.kind
    case 'chunked':
    case 'until-close':
      return httpVersion === '1.0' ? 'close' : 'chunked'
  }
}

/**
 * The head of a backend's answer as the client gets it: hop-by-hop fields are gone, `Content-Length` too from 204 (RFC 9110 §8.6),
 * `Trailer` stays only where trailers follow, and Date is added where it is missing (RFC 9110 §6.6.1).
 */
export function answerHeadText(answer: AnswerHead, framing: ClientFraming, client: ClientFacts): string {
  const { fields, status } = answer
  const nominated = nominatedFields(fields)
  const hasTrailers = framing === 'chunked' && answer.framing.kind === 'chunked' && client.acceptsTrailers
  const dropped = !fields.isPlain || hasTrailers || status === 204 || (nominated !== undefined && nominated.size > 0)
  const lines = dropped ? chosenLines(answer, { nominated, hasTrailers }) : linesWithout(fields, HOP_BY_HOP)
  const date = fields.has('date') ? '' : `Date: ${client.date()}\r\n`
  const coding = framing === 'chunked' ? 'Transfer-Encoding: chunked\r\n' : ''
  return `${statusLine(status, answer.reasonPhrase)}${lines}${fieldLines(client.added)}${date}${coding}${client.connectionLines}\r\n`
}

/** Field by field, for the answers that need it. */
function chosenLines(
  { fields, status }: AnswerHead,
  choice: { readonly nominated: ReadonlySet<string> | undefined; readonly hasTrailers: boolean },
): string {
  let lines = ''
  for (const [name, value] of fields) {
    const kind = kindOf(name)
    if ((kind & HOP_BY_HOP) !== 0 && !(choice.hasTrailers && (kind & TRAILER) !== 0)) continue
    if ((kind & CONTENT_LENGTH) !== 0 && status === 204) continue
    if (choice.nominated?.has(name.toLowerCase()) !== true) lines += `${name}: ${value}\r\n`
  }
  return lines
}

/** The head of an answer of ours. */
export function localHeadText(answer: ReadyAnswer, client: Pick<ClientFacts, 'connectionLines' | 'date'>): string {
  return `${statusLine(answer.status, '')}${fieldLines(answer.flatHeaders)}Date: ${client.date()}\r\n${client.connectionLines}\r\n`
}

/** An interim answer, whole. */
export function interimText(answer: AnswerHead): string {
  const nominated = nominatedFields(answer.fields)
  let text = statusLine(answer.status, answer.reasonPhrase)
  for (const [name, value] of answer.fields) {
    const stays = (kindOf(name) & (HOP_BY_HOP | CONTENT_LENGTH)) !== 0 || nominated?.has(name.toLowerCase()) === true
    if (!stays) text += `${name}: ${value}\r\n`
  }
  return `${text}\r\n`
}

/** The end of a chunked body, with the trailers that were announced and may be passed on. */
export function lastChunk(trailers: readonly (readonly [name: string, value: string])[]): string {
  let text = '0\r\n'
  for (const [name, value] of trailers) text += `${name}: ${value}\r\n`
  return `${text}\r\n`
}

/** Whether a trailer of this name was announced (RFC 9110 §6.6.2). */
export function announcedTrailers(fields: Fields): string {
  return `,${fields.getAll('trailer').join(',').replaceAll(/[ \t]/g, '').toLowerCase()},`
}

const cleanPhrase = /^[\t\x20-\x7e]{1,256}$/

function statusLine(status: number, phrase: string): string {
  if (status === 200 && phrase === 'OK') return 'HTTP/1.1 200 OK\r\n'
  const said = cleanPhrase.test(phrase) ? phrase : (STATUS_CODES[status] ?? 'Unknown')
  return `HTTP/1.1 ${status} ${said}\r\n`
}
