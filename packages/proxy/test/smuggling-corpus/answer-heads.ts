/** Answer heads that are none, or say two things about where the body ends (RFC 9112 §4, §5, §6). */

import { answer, passed, type AnswerCase, type ExpectedAnswer } from './answer-case.ts'

const length = 'Content-Length: 5'
const te = 'Transfer-Encoding: chunked'
const chunks = '5\r\nhello\r\n0\r\n\r\n'
const hello = passed('hello', 'kept')

type Row = readonly [id: string, what: string, rfc: string, bytes: string, expected?: ExpectedAnswer]

/** Without `expected`: refused. */
const framings: readonly Row[] = [
  ['RESP-CL-TE-BOTH', 'both framings', 'RFC 9112 §6.3', answer([length, te], chunks)],
  ['RESP-TE-CL-BOTH', 'both framings in the other order', 'RFC 9112 §6.3', answer([te, length], chunks)],
  ['RESP-CL-DUPLICATE', 'two lengths', 'RFC 9112 §6.3', answer([length, 'Content-Length: 3'], 'hello')],
  ['RESP-CL-DUPLICATE-SAME', 'two equal lengths', 'RFC 9112 §6.3', answer([length, length], 'hello')],
  ['RESP-CL-LIST', 'a list of equal lengths', 'RFC 9112 §6.3', answer(['Content-Length: 5, 5'], 'hello')],
  ['RESP-CL-PLUS', 'a signed length', 'RFC 9110 §8.6', answer(['Content-Length: +5'], 'hello')],
  ['RESP-CL-NEGATIVE', 'a negative length', 'RFC 9110 §8.6', answer(['Content-Length: -5'], 'hello')],
  ['RESP-CL-HEX', 'a hexadecimal length', 'RFC 9110 §8.6', answer(['Content-Length: 0x5'], 'hello')],
  ['RESP-CL-EMPTY', 'an empty length', 'RFC 9110 §8.6', answer(['Content-Length:'], 'hello')],
  ['RESP-CL-WORD', 'a word for the length', 'RFC 9110 §8.6', answer(['Content-Length: five'], 'hello')],
  [
    'RESP-CL-OVERFLOW',
    'a length above 2^64',
    'RFC 9110 §8.6',
    answer(['Content-Length: 99999999999999999999'], 'hello'),
  ],
  [
    'RESP-CL-SP-BEFORE-COLON',
    'a space before the colon of the length',
    'RFC 9112 §5.1',
    answer(['Content-Length : 5'], 'hello'),
  ],
  ['RESP-CL-OBS-FOLD', 'a folded length', 'RFC 9112 §5.2', answer(['Content-Length:\r\n 5'], 'hello')],
  ['RESP-TE-XCHUNKED', 'an unknown coding', 'RFC 9112 §6.1', answer(['Transfer-Encoding: xchunked'], chunks)],
  [
    'RESP-TE-GZIP-CHUNKED',
    'a coding before chunked',
    'RFC 9112 §6.1',
    answer(['Transfer-Encoding: gzip, chunked'], chunks),
  ],
  [
    'RESP-TE-NOT-FINAL',
    'chunked is not the last coding',
    'RFC 9112 §6.1',
    answer(['Transfer-Encoding: chunked, gzip'], chunks),
  ],
  ['RESP-TE-IDENTITY', 'identity', 'RFC 9112 §6.1', answer(['Transfer-Encoding: identity'], 'hello')],
  ['RESP-TE-TWICE', 'chunked in two fields', 'RFC 9112 §6.1', answer([te, te], chunks)],
  [
    'RESP-TE-DOUBLE-CHUNKED',
    'chunked twice in one field',
    'RFC 9112 §6.1',
    answer(['Transfer-Encoding: chunked, chunked'], chunks),
  ],
  ['RESP-TE-QUOTED', 'a quoted coding', 'RFC 9112 §6.1', answer(['Transfer-Encoding: "chunked"'], chunks)],
  ['RESP-TE-EMPTY', 'an empty coding', 'RFC 9112 §6.1', answer(['Transfer-Encoding:'], chunks)],
  [
    'RESP-TE-VTAB',
    'a vertical tab before the coding',
    'RFC 9112 §6.1',
    answer(['Transfer-Encoding: \x0bchunked'], chunks),
  ],
  [
    'RESP-TE-SP-BEFORE-COLON',
    'a space before the colon of the coding',
    'RFC 9112 §5.1',
    answer(['Transfer-Encoding : chunked'], chunks),
  ],
  ['RESP-TE-HTTP10', 'chunked in HTTP/1.0', 'RFC 9112 §6.1', answer([te], chunks, 'HTTP/1.0 200 OK')],
  ['RESP-TE-CASE', 'chunked in capitals', 'RFC 9112 §7', answer(['transfer-encoding: CHUNKED'], chunks), hello],
  ['RESP-CL-PLAIN', 'a good length', 'RFC 9112 §6.2', answer(['content-length:5'], 'hello'), hello],
]

const heads: readonly Row[] = [
  ['RESP-LF-STATUS-LINE', 'LF ends the status line', 'RFC 9112 §2.2', `HTTP/1.1 200 OK\n${length}\r\n\r\nhello`],
  ['RESP-LF-FIELD', 'LF ends a field', 'RFC 9112 §2.2', `HTTP/1.1 200 OK\r\n${length}\nX: 1\r\n\r\nhello`],
  ['RESP-LF-EMPTY-LINE', 'LF is the empty line', 'RFC 9112 §2.2', `HTTP/1.1 200 OK\r\n${length}\r\n\nhello`],
  ['RESP-CR-IN-VALUE', 'CR in a value', 'RFC 9112 §2.2', answer([length, 'X: a\rb'], 'hello')],
  [
    'RESP-CR-SPLITS',
    'CR and a field in a value',
    'RFC 9112 §2.2',
    answer([length, 'X: a\rSet-Cookie: evil=1'], 'hello'),
  ],
  [
    'RESP-LF-SPLITS',
    'LF and a field in a value',
    'RFC 9112 §2.2',
    answer([length, 'Location: /a\nSet-Cookie: evil=1'], 'hello'),
  ],
  [
    'RESP-LF-LF-SPLITS',
    'two LFs and a whole answer in a value',
    'RFC 9112 §2.2',
    answer(['X: a\n\nHTTP/1.1 200 OK', length], 'hello'),
  ],
  ['RESP-CRCRLF', 'CR CR LF ends a field', 'RFC 9112 §2.2', answer([`${length}\r`, 'X: 1'], 'hello')],
  ['RESP-OBS-FOLD', 'a folded field', 'RFC 9112 §5.2', answer([length, 'X: a\r\n b'], 'hello')],
  ['RESP-SP-BEFORE-COLON', 'a space before a colon', 'RFC 9112 §5.1', answer([length, 'X : 1'], 'hello')],
  ['RESP-NO-COLON', 'a field without colon', 'RFC 9112 §5', answer([length, 'NoColon'], 'hello')],
  ['RESP-EMPTY-NAME', 'a field without name', 'RFC 9112 §5', answer([length, ': 1'], 'hello')],
  ['RESP-NAME-NOT-TOKEN', 'brackets in a name', 'RFC 9110 §5.1', answer([length, 'X[a]: 1'], 'hello')],
  ['RESP-NAME-NON-ASCII', 'a byte above 0x7F in a name', 'RFC 9110 §5.1', answer([length, 'X\xe9: 1'], 'hello')],
  ['RESP-NUL-IN-VALUE', 'NUL in a value', 'RFC 9110 §5.5', answer([length, 'X: a\0b'], 'hello')],
  ['RESP-CONTROL-IN-VALUE', 'a control character in a value', 'RFC 9110 §5.5', answer([length, 'X: a\x01b'], 'hello')],
  ['RESP-DEL-IN-VALUE', 'DEL in a value', 'RFC 9110 §5.5', answer([length, 'X: a\x7fb'], 'hello')],
  ['RESP-LEADING-SPACE', 'a space before the first field', 'RFC 9112 §2.2', answer([` ${length}`], 'hello')],
  [
    'RESP-OBS-TEXT',
    'bytes above 0x7F in a value',
    'RFC 9110 §5.5',
    answer([length, 'X: \xe9\xff'], 'hello'),
    passed('hello', 'kept', { fields: ['x: \xe9\xff'] }),
  ],
  ['RESP-LONG-HEAD', 'a head of 64 KiB', 'RFC 9110 §5.4', answer([length, `X: ${'a'.repeat(65_536)}`], 'hello')],
]

const statusLines: readonly Row[] = [
  ['RESP-VERSION-20', 'HTTP/2.0', 'RFC 9112 §4', answer([length], 'hello', 'HTTP/2.0 200 OK')],
  ['RESP-VERSION-09', 'HTTP/0.9', 'RFC 9112 §4', answer([length], 'hello', 'HTTP/0.9 200 OK')],
  ['RESP-VERSION-12', 'HTTP/1.2', 'RFC 9112 §4', answer([length], 'hello', 'HTTP/1.2 200 OK')],
  ['RESP-VERSION-CASE', 'the version in small letters', 'RFC 9112 §4', answer([length], 'hello', 'http/1.1 200 OK')],
  ['RESP-VERSION-ICY', 'another protocol', 'RFC 9112 §4', answer([length], 'hello', 'ICY 200 OK')],
  ['RESP-VERSION-RTSP', 'RTSP/1.0', 'RFC 9112 §4', answer([length], 'hello', 'RTSP/1.0 200 OK')],
  ['RESP-NO-STATUS-LINE', 'only a body', 'RFC 9112 §4', 'hello\r\n\r\n'],
  ['RESP-STATUS-TWO-DIGITS', 'two digits', 'RFC 9112 §4', answer([length], 'hello', 'HTTP/1.1 20 OK')],
  ['RESP-STATUS-FOUR-DIGITS', 'four digits', 'RFC 9112 §4', answer([length], 'hello', 'HTTP/1.1 2000 OK')],
  ['RESP-STATUS-099', '099', 'RFC 9110 §15', answer([length], 'hello', 'HTTP/1.1 099 OK')],
  ['RESP-STATUS-SIGN', 'a sign', 'RFC 9112 §4', answer([length], 'hello', 'HTTP/1.1 +200 OK')],
  ['RESP-STATUS-WORD', 'a word', 'RFC 9112 §4', answer([length], 'hello', 'HTTP/1.1 abc OK')],
  ['RESP-STATUS-GLUED', 'no space before the phrase', 'RFC 9112 §4', answer([length], 'hello', 'HTTP/1.1 200OK')],
  [
    'RESP-STATUS-TWO-SPACES',
    'two spaces before the status',
    'RFC 9112 §4',
    answer([length], 'hello', 'HTTP/1.1  200 OK'),
  ],
  ['RESP-STATUS-TAB', 'a tab before the status', 'RFC 9112 §4', answer([length], 'hello', 'HTTP/1.1\t200 OK')],
  ['RESP-PHRASE-CR', 'CR in the phrase', 'RFC 9112 §4', answer([length], 'hello', 'HTTP/1.1 200 O\rK')],
  ['RESP-PHRASE-NUL', 'NUL in the phrase', 'RFC 9112 §4', answer([length], 'hello', 'HTTP/1.1 200 O\0K')],
  ['RESP-LEADING-CRLF', 'an empty line before the status line', 'RFC 9112 §2.2', `\r\n${answer([length], 'hello')}`],
  ['RESP-LEADING-SPACE-LINE', 'a space before the status line', 'RFC 9112 §4', ` ${answer([length], 'hello')}`],
  ['RESP-PHRASE-EMPTY', 'an empty phrase', 'RFC 9112 §4', answer([length], 'hello', 'HTTP/1.1 200 '), hello],
  [
    'RESP-PHRASE-NONE',
    'no phrase and no space before it',
    'RFC 9112 §4',
    answer([length], 'hello', 'HTTP/1.1 200'),
    hello,
  ],
  [
    'RESP-STATUS-UNKNOWN',
    'a status that nobody defined',
    'RFC 9110 §15',
    answer([length], 'hello', 'HTTP/1.1 299 Own'),
    passed('hello', 'kept', { status: 299 }),
  ],
  [
    'RESP-HTTP10-CLOSES',
    'HTTP/1.0 with a length',
    'RFC 9112 §9.3',
    answer([length], 'hello', 'HTTP/1.0 200 OK'),
    passed('hello', 'closed'),
  ],
]

const family = (rows: readonly Row[]): readonly AnswerCase[] =>
  rows.map(([id, what, rfc, bytes, expected]) => ({
    id,
    what,
    rfc,
    answer: bytes,
    expected: expected ?? { kind: 'refused' },
  }))

export const answerFramingCases: readonly AnswerCase[] = family(framings)
export const answerFieldCases: readonly AnswerCase[] = family(heads)
export const statusLineCases: readonly AnswerCase[] = family(statusLines)
