/** What a backend sends before, beside and behind the answer that was asked for (RFC 9112 §9.2, RFC 9110 §15.2, §7.6.1). */

import { request } from '../data-plane-contract/fixture.ts'
import { answer, evil, passed, type AnswerCase, type ExpectedAnswer } from './answer-case.ts'

const length = 'Content-Length: 5'
const te = 'Transfer-Encoding: chunked'
const end = '0\r\n\r\n'
const head = request('HEAD', '/attack', [])
const post = request('POST', '/attack', ['Content-Length: 5'], 'hello')
const poisoned = passed('hello', 'closed')
const refused: ExpectedAnswer = { kind: 'refused' }
const empty = (status: number): ExpectedAnswer => passed('', 'closed', { status })

type Row = Omit<AnswerCase, 'rfc' | 'id'>

const queue: Readonly<Record<string, Row>> = {
  'RESP-QUEUE-SECOND-ANSWER': {
    what: 'a whole second answer behind the first',
    answer: answer([length], 'hello') + evil,
    expected: poisoned,
  },
  'RESP-QUEUE-EXTRA-BYTE': { what: 'one byte behind the body', answer: answer([length], 'helloX'), expected: poisoned },
  'RESP-QUEUE-EXTRA-CRLF': {
    what: 'an empty line behind the body',
    answer: answer([length], 'hello\r\n'),
    expected: poisoned,
  },
  'RESP-QUEUE-HALF-ANSWER': {
    what: 'the beginning of a second answer',
    answer: `${answer([length], 'hello')}HTTP/1.1 200 OK\r\nX: `,
    expected: poisoned,
  },
  'RESP-QUEUE-INTERIM': {
    what: 'an interim answer behind the final one',
    answer: `${answer([length], 'hello')}HTTP/1.1 103 Early Hints\r\n\r\n`,
    expected: poisoned,
  },
  'RESP-QUEUE-CHUNKED': {
    what: 'a second answer behind chunks',
    answer: answer([te], `5\r\nhello\r\n${end}${evil}`),
    expected: poisoned,
  },
  'RESP-QUEUE-CHUNKED-BYTE': {
    what: 'a byte behind the last chunk',
    answer: answer([te], `5\r\nhello\r\n${end}X`),
    expected: poisoned,
  },
  'RESP-QUEUE-ZERO-LENGTH': {
    what: 'a length of 0 and a second answer',
    answer: answer(['Content-Length: 0']) + evil,
    expected: passed('', 'closed'),
  },
  'RESP-QUEUE-HEAD-BODY': {
    what: 'HEAD answered with a body',
    request: head,
    answer: answer([length], 'hello'),
    expected: passed('', 'closed'),
  },
  'RESP-QUEUE-HEAD-ANSWER-BODY': {
    what: 'HEAD answered with a body that is an answer',
    request: head,
    answer: answer([`Content-Length: ${evil.length}`], evil),
    expected: passed('', 'closed'),
  },
  'RESP-QUEUE-HEAD-CHUNKS': {
    what: 'HEAD answered with chunks',
    request: head,
    answer: answer([te], `5\r\nhello\r\n${end}`),
    expected: passed('', 'closed'),
  },
  'RESP-QUEUE-204-BODY': {
    what: '204 with a body',
    answer: answer([], 'hello', 'HTTP/1.1 204 No Content'),
    expected: empty(204),
  },
  'RESP-QUEUE-204-CL-BODY': {
    what: '204 with a length and a body that is an answer',
    answer: answer([`Content-Length: ${evil.length}`], evil, 'HTTP/1.1 204 No Content'),
    expected: empty(204),
  },
  'RESP-QUEUE-204-TE': {
    what: '204 with chunks',
    answer: answer([te], end, 'HTTP/1.1 204 No Content'),
    expected: empty(204),
  },
  'RESP-QUEUE-304-BODY': {
    what: '304 with a body that is an answer',
    answer: answer([], evil, 'HTTP/1.1 304 Not Modified'),
    expected: empty(304),
  },
  'RESP-QUEUE-304-TE': {
    what: '304 with chunks',
    answer: answer([te], `5\r\nhello\r\n${end}`, 'HTTP/1.1 304 Not Modified'),
    expected: empty(304),
  },
  'RESP-QUEUE-CL0-BACKEND': {
    what: 'a backend that takes the body for a request and answers it too',
    request: post,
    answer: answer([length], 'hello') + evil,
    expected: poisoned,
  },
  'RESP-QUEUE-FOUR-ANSWERS': {
    what: 'four answers at once',
    answer: answer([length], 'hello') + evil.repeat(3),
    expected: poisoned,
  },
}

const interim: Readonly<Record<string, Row>> = {
  'RESP-INTERIM-103': {
    what: '103 first',
    answer: `HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n${answer([length], 'hello')}`,
    expected: passed('hello', 'kept'),
  },
  'RESP-INTERIM-100-UNASKED': {
    what: '100 that nobody asked for',
    answer: `HTTP/1.1 100 Continue\r\n\r\n${answer([length], 'hello')}`,
    expected: passed('hello', 'kept'),
  },
  'RESP-INTERIM-102-TWICE': {
    what: '102 twice',
    answer: `${'HTTP/1.1 102 Processing\r\n\r\n'.repeat(2)}${answer([length], 'hello')}`,
    expected: passed('hello', 'kept'),
  },
  'RESP-INTERIM-BODY': {
    what: '103 with a body',
    answer: `HTTP/1.1 103 x\r\n${length}\r\n\r\nhello${answer([length], 'hello')}`,
    expected: refused,
  },
  'RESP-INTERIM-MALFORMED': {
    what: '103 with a field that is none',
    answer: `HTTP/1.1 103 x\r\nX : 1\r\n\r\n${answer([length], 'hello')}`,
    expected: refused,
  },
  'RESP-INTERIM-ONLY': {
    what: '103 and the end',
    answer: 'HTTP/1.1 103 x\r\n\r\n',
    behind: 'ends',
    expected: { kind: 'broken' },
  },
  'RESP-101-UNASKED': {
    what: '101 that nobody asked for',
    answer: 'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n',
    expected: refused,
  },
  'RESP-101-UNASKED-ANSWER': {
    what: '101 that nobody asked for, an answer behind it',
    answer: `HTTP/1.1 101 x\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n${evil}`,
    expected: refused,
  },
}

const hopByHop: Readonly<Record<string, Row>> = {
  'RESP-CONN-CLOSE': {
    what: 'close',
    answer: answer(['Connection: close', length], 'hello'),
    expected: passed('hello', 'closed'),
  },
  'RESP-CONN-NOMINATES': {
    what: 'a nominated field is dropped',
    answer: answer(['Connection: X-Hop', 'X-Hop: 1', length], 'hello'),
    expected: passed('hello', 'kept'),
  },
  'RESP-CONN-NOMINATES-CL': {
    what: 'Content-Length stays',
    answer: answer(['Connection: Content-Length', length], 'hello'),
    expected: passed('hello', 'kept'),
  },
  'RESP-CONN-NOMINATES-COOKIE': {
    what: 'Set-Cookie stays',
    answer: answer(['Connection: Set-Cookie', 'Set-Cookie: a=1', length], 'hello'),
    expected: passed('hello', 'kept', { fields: ['set-cookie: a=1'] }),
  },
  'RESP-HOP-FIELDS': {
    what: 'Keep-Alive, Upgrade, Proxy-Authenticate are dropped',
    answer: answer(['Keep-Alive: timeout=9', 'Upgrade: h2c', 'Proxy-Authenticate: Basic', length], 'hello'),
    expected: passed('hello', 'kept'),
  },
  'RESP-HOP-TRAILER': {
    what: 'Trailer beside a length is dropped',
    answer: answer(['Trailer: X', length], 'hello'),
    expected: passed('hello', 'kept'),
  },
}

const family = (rows: Readonly<Record<string, Row>>, rfc: string): readonly AnswerCase[] =>
  Object.entries(rows).map(([id, row]) => ({ id, rfc, ...row }))

export const answerQueueCases: readonly AnswerCase[] = family(queue, 'RFC 9112 §9.2')
export const interimAnswerCases: readonly AnswerCase[] = family(interim, 'RFC 9110 §15.2')
export const answerHopCases: readonly AnswerCase[] = family(hopByHop, 'RFC 9110 §7.6.1')
