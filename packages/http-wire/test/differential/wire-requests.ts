/** Requests as our parser reads them, piece by piece, put together as a server connection does it. */

import { BodyReader } from '../../src/body-reader.ts'
import { defaultHeadLimits } from '../../src/head-limits.ts'
import { HeadText } from '../../src/head-text.ts'
import { parseRequestHead, type RequestHead } from '../../src/request-head.ts'
import { listTokens } from '../../src/field-list.ts'
import type { ReadRequest, RequestReading } from './message-reading.ts'

/** Reads all pieces. */
export function wireRequests(pieces: readonly string[]): RequestReading {
  const messages: ReadRequest[] = []
  const headText = new HeadText(defaultHeadLimits.maxHeadBytes, text => parseRequestHead(text, defaultHeadLimits))
  const body = new BodyReader()
  let head: RequestHead | undefined
  let data = ''
  for (const piece of pieces) {
    const buffer = Buffer.from(piece, 'latin1')
    let at = 0
    while (at < buffer.length) {
      if (head === undefined) {
        const outcome = headText.read(buffer, at, buffer.length)
        if (outcome.kind === 'malformed') return { messages, ending: 'refused', fault: outcome.fault }
        if (outcome.kind === 'incomplete') break
        at = headText.next
        head = outcome
        data = ''
        body.begin(head.framing)
      }
      if (!body.isDone) {
        const progress = body.take(buffer, at, buffer.length)
        if (progress === 'malformed' || progress === 'too-long')
          return { messages, ending: 'refused', fault: `body-${progress}` }
        data += buffer.toString('latin1', at, body.dataEnd)
        at = body.next
      }
      if (!body.isDone) break
      messages.push(readRequest(head, data, body.trailers?.flat ?? []))
      if (saysClose(head)) return { messages, ending: 'closed' }
      head = undefined
    }
  }
  return { messages, ending: head === undefined && headText.isEmpty ? 'between' : 'within' }
}

function readRequest(head: RequestHead, body: string, trailers: readonly string[]): ReadRequest {
  const { method, rawTarget, httpVersion, fields } = head
  return { method, target: rawTarget, version: httpVersion, flat: fields.flat, body, trailers }
}

/** RFC 9112 §9.3; and after an upgrade that did not come about nobody knows what follows, so that nothing is read (RFC 9110 §7.8). */
function saysClose({ fields, httpVersion }: RequestHead): boolean {
  const options = listTokens(fields.getAll('connection'))
  if (options.includes('upgrade') && fields.has('upgrade')) return true
  return options.includes('close') || (httpVersion === '1.0' && !options.includes('keep-alive'))
}
