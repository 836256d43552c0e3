/** Where node:http under http-proxy-3 is more or less strict than the corpus asks, and why each is safe. */

import { passed, type AnswerException } from './answer-case.ts'
import { forwarded, refused, type CorpusException, type Expected } from './smuggling-case.ts'

const chunkedHello = forwarded({ line: 'POST /attack', framing: 'chunked', body: 'hello' })
const get = forwarded({ line: 'GET /attack' })
const waiting: Expected = {
  kind: 'cut',
  status: [400],
  request: { line: 'POST /attack', framing: 'chunked', body: 'hello\r\n0\r\n\r\n' },
}

const extension = 'node:http accepts the empty extension; it is dropped with every other'
const sizes = 'node:http reads sizes up to 2^64: what follows is data of a chunk that never ends'
const emptyLines = 'node:http skips any CR and LF before a request line, where no message can hide'
const methods = 'node:http tells an unknown method from no method only while the line is in one piece'
const spaces = 'node:http skips spaces between the parts of a request line; what is sent on has one'

export const httpProxy3Exceptions: ReadonlyMap<string, CorpusException> = new Map([
  ['SMUG-TE-TRAILING-TAB', { reason: 'node:http does not take a tab for white space here', expected: refused(400) }],
  ['SMUG-CHUNK-INT64-MAX', { reason: sizes, expected: waiting, ends: true }],
  ['SMUG-CHUNK-UINT64-MAX', { reason: sizes, expected: waiting, ends: true }],
  [
    'SMUG-CHUNK-MANY-ZEROS',
    { reason: 'node:http counts no digits; the size is sent on without zeros', expected: chunkedHello },
  ],
  ['SMUG-CHUNK-EXT-EMPTY-FIRST', { reason: extension, expected: chunkedHello }],
  ['SMUG-CHUNK-EXT-NO-NAME', { reason: extension, expected: chunkedHello }],
  ['SMUG-CHUNK-EXT-NO-VALUE', { reason: extension, expected: chunkedHello }],
  [
    'SMUG-TRAILER-HOST',
    { reason: 'node:http keeps trailers apart from fields; all are dropped', expected: chunkedHello },
  ],
  ['SMUG-CR-BEFORE-REQUEST', { reason: emptyLines, expected: get }],
  ['SMUG-LF-BEFORE-REQUEST', { reason: emptyLines, expected: get }],
  ['SMUG-LEADING-CRLF-TWICE', { reason: emptyLines, expected: get }],
  [
    'SMUG-VERSION-RTSP',
    {
      reason: 'node:http reads RTSP/1.0 as HTTP/1.0 and does not tell; what is sent on is HTTP/1.1',
      expected: { kind: 'forwarded', requests: [{ line: 'GET /attack' }], closes: true },
    },
  ],
  ['COMP-METHOD-CASE', { reason: methods, expected: refused(400, 501) }],
  ['SMUG-METHOD-UNKNOWN', { reason: methods, expected: refused(400, 501) }],
  ['MAL-LONG-URL', { reason: 'node:http has one bound for the whole head', expected: refused(431) }],
  ['RFC9112-3-MULTI-SP-REQUEST-LINE', { reason: spaces, expected: get }],
  ['SMUG-MULTI-SP-BEFORE-VERSION', { reason: spaces, expected: get }],
  [
    'MAL-CHUNK-EXT-MANY',
    {
      reason: 'node:http bounds the extensions of each chunk, not of the body; they are dropped',
      expected: forwarded({ line: 'POST /attack', framing: 'chunked', body: 'x'.repeat(40) }),
    },
  ],
  [
    'MAL-TRAILER-MANY',
    { reason: 'node:http bounds trailers by bytes, not by number; they are dropped', expected: chunkedHello },
  ],
  [
    'COMP-DUPLICATE-FIELDS',
    {
      reason: 'node:http gives repeated fields the spelling of the first',
      expected: forwarded({ line: 'GET /attack', fields: ['X-A: 1', 'X-A: 2', 'X-A: 1'] }),
    },
  ],
])

const hello = passed('hello', 'kept')
const versions = 'node:http reads the answer as if it were HTTP/1.1; what is sent on is'

export const httpProxy3AnswerExceptions: ReadonlyMap<string, AnswerException> = new Map([
  ['RESP-TE-HTTP10', { reason: versions, expected: passed('hello', 'closed') }],
  ['RESP-VERSION-20', { reason: versions, expected: hello }],
  ['RESP-VERSION-09', { reason: versions, expected: passed('hello', 'closed') }],
  ['RESP-VERSION-RTSP', { reason: versions, expected: passed('hello', 'closed') }],
  ['RESP-LEADING-CRLF', { reason: 'node:http skips empty lines before a status line', expected: hello }],
  ['RESP-QUEUE-EXTRA-CRLF', { reason: 'node:http skips empty lines before a status line', expected: hello }],
  ['RESP-PHRASE-NUL', { reason: 'node:http accepts it; the phrase that is sent on is another', expected: hello }],
  [
    'RESP-QUEUE-HALF-ANSWER',
    {
      reason: 'node:http forgets half an answer that came in one packet with a whole one',
      expected: passed('hello', 'kept'),
    },
  ],
  [
    'RESP-OBS-TEXT',
    {
      reason: 'node:http writes a head that goes out before its body as UTF-8, which changes bytes above 0x7F',
      expected: passed('hello', 'kept', { fields: 'any' }),
    },
  ],
])
