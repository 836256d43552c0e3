/** Bodies of answers that are malformed, or end too early or not at all (RFC 9112 §7, §8). */

import { answer, evil, passed, type AnswerCase, type ExpectedAnswer } from './answer-case.ts'

const te = 'Transfer-Encoding: chunked'
const end = '0\r\n\r\n'
const broken: ExpectedAnswer = { kind: 'broken' }

type Row = Omit<AnswerCase, 'rfc' | 'id'>

const chunks: Readonly<Record<string, Row>> = {
  'RESP-CHUNK-NOT-HEX': {
    what: 'a size that is none',
    answer: answer([te], `zz\r\nhello\r\n${end}`),
    expected: broken,
  },
  'RESP-CHUNK-HEX-PREFIX': {
    what: '0x before the size',
    answer: answer([te], `0x5\r\nhello\r\n${end}`),
    expected: broken,
  },
  'RESP-CHUNK-NEGATIVE': { what: 'a negative size', answer: answer([te], `-5\r\nhello\r\n${end}`), expected: broken },
  'RESP-CHUNK-SPACE': {
    what: 'a space after the size',
    answer: answer([te], `5 \r\nhello\r\n${end}`),
    expected: broken,
  },
  'RESP-CHUNK-OVERFLOW': {
    what: 'a size above 2^64',
    answer: answer([te], `fffffffffffffffff\r\nhello\r\n${end}`),
    expected: broken,
  },
  'RESP-CHUNK-LF-SIZE': { what: 'LF after the size', answer: answer([te], `5\nhello\r\n${end}`), expected: broken },
  'RESP-CHUNK-LF-DATA': { what: 'LF after the data', answer: answer([te], `5\r\nhello\n${end}`), expected: broken },
  'RESP-CHUNK-LF-LAST': {
    what: 'LF after the last size',
    answer: answer([te], '5\r\nhello\r\n0\n\n'),
    expected: broken,
  },
  'RESP-CHUNK-SPILL': {
    what: 'more data than the size says',
    answer: answer([te], `5\r\nhelloXX\r\n${end}`),
    expected: broken,
  },
  'RESP-CHUNK-SECOND-BAD': {
    what: 'a good chunk and then a bad size',
    answer: answer([te], `5\r\nhello\r\nzz\r\n${end}`),
    expected: broken,
  },
  'RESP-CHUNK-EXT-LF': {
    what: 'LF in an extension',
    answer: answer([te], `5;a\nb\r\nhello\r\n${end}`),
    expected: broken,
  },
  'RESP-CHUNK-EXT': {
    what: 'an extension is dropped',
    answer: answer([te], `5;a=b\r\nhello\r\n${end}`),
    expected: passed('hello', 'kept'),
  },
  'RESP-TRAILER': {
    what: 'a trailer that the client did not ask for is dropped',
    answer: answer([te], '5\r\nhello\r\n0\r\nX-Sum: 1\r\n\r\n'),
    expected: passed('hello', 'kept'),
  },
  'RESP-TRAILER-CL': {
    what: 'Content-Length as a trailer',
    answer: answer([te], '5\r\nhello\r\n0\r\nContent-Length: 50\r\n\r\n'),
    expected: broken,
  },
  'RESP-TRAILER-MALFORMED': {
    what: 'a trailer with a space before its colon',
    answer: answer([te], '5\r\nhello\r\n0\r\nX : 1\r\n\r\n'),
    expected: broken,
  },
  'RESP-TRAILER-SPLIT': {
    what: 'an answer where a trailer is due',
    answer: answer([te], `5\r\nhello\r\n0\r\n${evil}`),
    expected: broken,
  },
}

const cutShort: Readonly<Record<string, Row>> = {
  'RESP-CUT-NOTHING': { what: 'no byte', answer: '', behind: 'ends', expected: broken },
  'RESP-CUT-HEAD': {
    what: 'the end in the middle of the head',
    answer: 'HTTP/1.1 200 OK\r\nContent-Le',
    behind: 'ends',
    expected: broken,
  },
  'RESP-CUT-LENGTH-FIN': {
    what: 'fewer bytes than the length, and the end',
    answer: answer(['Content-Length: 50'], 'hello'),
    behind: 'ends',
    expected: broken,
  },
  'RESP-CUT-LENGTH-RST': {
    what: 'fewer bytes than the length, and a reset',
    answer: answer(['Content-Length: 50'], 'hello'),
    behind: 'resets',
    expected: broken,
  },
  'RESP-CUT-CHUNKS-FIN': {
    what: 'no last chunk, and the end',
    answer: answer([te], '5\r\nhello\r\n'),
    behind: 'ends',
    expected: broken,
  },
  'RESP-CUT-CHUNKS-RST': {
    what: 'no last chunk, and a reset',
    answer: answer([te], '5\r\nhello\r\n'),
    behind: 'resets',
    expected: broken,
  },
  'RESP-CUT-LAST-CHUNK': {
    what: 'the end before the last empty line',
    answer: answer([te], '5\r\nhello\r\n0\r\n'),
    behind: 'ends',
    expected: broken,
  },
  'RESP-CUT-UNTIL-CLOSE-RST': {
    what: 'a body that ends with the connection, and a reset',
    answer: answer([], 'hello'),
    behind: 'resets',
    expected: broken,
  },
  'RESP-UNTIL-CLOSE': {
    what: 'a body that ends with the connection',
    answer: answer([], 'hello'),
    behind: 'ends',
    expected: passed('hello', 'closed'),
  },
  'RESP-UNTIL-CLOSE-HTTP10': {
    what: 'the same in HTTP/1.0',
    answer: answer([], 'hello', 'HTTP/1.0 200 OK'),
    behind: 'ends',
    expected: passed('hello', 'closed'),
  },
  'RESP-UNTIL-CLOSE-ANSWER': {
    what: 'a body that ends with the connection and looks like two answers',
    answer: answer([], evil),
    behind: 'ends',
    expected: passed(evil, 'closed'),
  },
}

const family = (rows: Readonly<Record<string, Row>>, rfc: string): readonly AnswerCase[] =>
  Object.entries(rows).map(([id, row]) => ({ id, rfc, ...row }))

export const answerChunkCases: readonly AnswerCase[] = family(chunks, 'RFC 9112 §7.1')
export const shortAnswerCases: readonly AnswerCase[] = family(cutShort, 'RFC 9112 §8')
