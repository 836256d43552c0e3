/** Messages from a grammar that is mostly right: whole ones, and ones with a part that is wrong. */

import { array, constantFrom, oneof, record, string, tuple, type Arbitrary } from 'fast-check'

type Weighted = readonly [weight: number, text: string]

const pick = (...choices: readonly Weighted[]): Arbitrary<string> =>
  oneof(...choices.map(([weight, text]) => ({ weight, arbitrary: constantFrom(text) })))

const method = pick(
  [8, 'GET'],
  [6, 'POST'],
  [2, 'HEAD'],
  [2, 'PUT'],
  [2, 'DELETE'],
  [2, 'OPTIONS'],
  [1, 'PATCH'],
  [1, 'TRACE'],
  [1, 'CONNECT'],
  [1, 'M-SEARCH'],
  [1, 'PURGE'],
  [1, 'get'],
  [1, 'FOO'],
  [1, 'G{T'],
  [1, ''],
)
const target = pick(
  [12, '/'],
  [4, '/a/b?c=d'],
  [2, '/%2e%2e//x'],
  [2, 'http://a/x'],
  [1, 'http://b:81'],
  [1, '*'],
  [1, 'a:80'],
  [1, '/a#b'],
  [1, '/\xe9'],
  [1, '/\\['],
  [1, '/a b'],
  [1, ''],
  [1, 'http://[::1]/'],
  [1, '//x'],
)
const version = pick(
  [20, 'HTTP/1.1'],
  [3, 'HTTP/1.0'],
  [1, 'HTTP/2.0'],
  [1, 'HTTP/1.2'],
  [1, 'http/1.1'],
  [1, 'HTTP/1.1 '],
  [1, 'HTTP/11'],
  [1, 'RTSP/1.0'],
  [1, ''],
)
const lineEnd = pick([40, '\r\n'], [1, '\n'], [1, '\r'], [1, '\r\r\n'], [1, '\n\r'])
const space = pick([30, ' '], [1, '  '], [1, '\t'], [1, ''])

const fieldValue = oneof(
  { weight: 4, arbitrary: constantFrom('1', 'a, b', '"q\\""', '', ' x', 'x\t', '\xe9\xff', 'a b') },
  {
    weight: 1,
    arbitrary: string({
      unit: constantFrom('a', ' ', '\t', ',', ';', '\x00', '\x01', '\x7f', '\x80', '\x0b'),
      maxLength: 6,
    }),
  },
)
const fieldName = pick(
  [6, 'X'],
  [3, 'Accept'],
  [2, 'x-y'],
  [2, 'Cookie'],
  [1, "!#$%&'*+.^`|~"],
  [1, 'X_Y'],
  [1, '__proto__'],
  [1, 'X '],
  [1, 'X\t'],
  [1, ''],
  [1, ' X'],
  [1, '\tX'],
  [1, 'X(Y'],
  [1, 'X\xe9'],
  [1, 'X\x00'],
)
const colon = pick([30, ': '], [6, ':'], [2, ':\t'], [1, ' : '], [1, '::'], [1, ''], [1, ':  '])

const framingField = pick(
  [6, 'Content-Length: 5'],
  [6, 'Transfer-Encoding: chunked'],
  [2, 'Content-Length: 0'],
  [1, 'content-length:5'],
  [1, 'Content-Length: +5'],
  [1, 'Content-Length: 05'],
  [1, 'Content-Length: 5, 5'],
  [1, 'Content-Length: 5 5'],
  [1, 'Content-Length: 0x5'],
  [1, 'Content-Length:'],
  [1, 'Content-Length: 99999999999999999999'],
  [1, 'Content-Length : 5'],
  [1, 'Content-Length: 5\t'],
  [1, 'Transfer-Encoding: Chunked'],
  [1, 'transfer-encoding:\tchunked'],
  [1, 'Transfer-Encoding: gzip, chunked'],
  [1, 'Transfer-Encoding: chunked, gzip'],
  [1, 'Transfer-Encoding: xchunked'],
  [1, 'Transfer-Encoding: chunked,'],
  [1, 'Transfer-Encoding: , chunked'],
  [1, 'Transfer-Encoding: chunked '],
  [1, 'Transfer-Encoding: chunked\t'],
  [1, 'Transfer-Encoding: identity'],
  [1, 'Transfer-Encoding:'],
  [1, 'Transfer-Encoding: "chunked"'],
  [1, 'Transfer-Encoding: chunked;q=1'],
  [1, 'Transfer-Encoding : chunked'],
  [1, 'Transfer-Encoding: \x0bchunked'],
  [1, 'Transfer-Encoding: chunked chunked'],
  [1, 'Transfer_Encoding: chunked'],
)
const otherField = pick(
  [4, 'Connection: keep-alive'],
  [3, 'Connection: close'],
  [1, 'Connection: Upgrade'],
  [1, 'Connection: close, x'],
  [1, 'Connection: x,close'],
  [1, 'Connection:close\t'],
  [1, 'connection: Keep-Alive, Close'],
  [1, 'Proxy-Connection: close'],
  [2, 'Upgrade: h2c'],
  [1, 'Upgrade: websocket'],
  [2, 'Expect: 100-continue'],
  [1, 'Expect: x'],
  [1, 'TE: trailers'],
  [1, 'Trailer: X'],
  [1, 'Host: b'],
  [1, 'Date: x'],
  [1, 'X: a\r\n b'],
  [1, 'X: a\nY: b'],
  [1, 'X: a\rY: b'],
)
const field = oneof(
  { weight: 4, arbitrary: tuple(fieldName, colon, fieldValue).map(parts => parts.join('')) },
  { weight: 5, arbitrary: framingField },
  { weight: 4, arbitrary: otherField },
)
const goodFraming = constantFrom(
  'Content-Length: 5\r\n',
  'Transfer-Encoding: chunked\r\n',
  '',
  'Content-Length: 0\r\nX: 1\r\n',
)
const fieldLines = oneof(
  { weight: 3, arbitrary: array(tuple(field, lineEnd), { maxLength: 5 }).map(lines => lines.flat().join('')) },
  { weight: 2, arbitrary: goodFraming },
)
const emptyLine = pick([40, '\r\n'], [1, '\n'], [1, '\r'], [1, '\r\r\n'], [1, ''])

const size = pick(
  [12, '5'],
  [3, '0'],
  [2, 'a'],
  [2, 'A'],
  [1, '05'],
  [1, '0000000000000000005'],
  [1, 'fffffffffffff'],
  [1, '10000000000000000'],
  [1, '-1'],
  [1, '0x5'],
  [1, ' 5'],
  [1, '5 '],
  [1, '5\t'],
  [1, ''],
  [1, 'g'],
)
const extension = pick(
  [16, ''],
  [2, ';a'],
  [2, ';a=b'],
  [2, ';a="b;c"'],
  [1, ';a="\\""'],
  [1, ';'],
  [1, ';;a'],
  [1, ' ;a'],
  [1, '; a'],
  [1, ';a = b'],
  [1, ';a="b'],
  [1, ';a=\n'],
  [1, ';a\x00'],
  [1, ';\xe9'],
  [1, ';a="\xe9"'],
)
const data = pick([16, 'hello'], [2, '0123456789'], [2, ''], [1, 'hell'], [1, 'hello!'], [1, 'GET /x HTTP/1.1\r\n\r\n'])
const chunk = tuple(size, extension, lineEnd, data, lineEnd).map(parts => parts.join(''))
const goodChunk = constantFrom('5\r\nhello\r\n', 'a;x=y\r\n0123456789\r\n', '1\r\n\n\r\n')
const lastChunk = pick([20, '0\r\n'], [1, '00\r\n'], [1, '0;a\r\n'], [1, '0\n'], [1, '0 \r\n'], [1, ''])
const trailers = pick(
  [20, ''],
  [4, 'X: 1\r\n'],
  [1, 'Content-Length: 5\r\n'],
  [1, 'Transfer-Encoding: chunked\r\n'],
  [1, 'Host: x\r\n'],
  [1, 'X : 1\r\n'],
  [1, 'X: 1\n'],
  [1, 'X: a\r\n b\r\n'],
  [1, 'X\r\n'],
)
const chunkedBody = tuple(
  array(oneof({ weight: 3, arbitrary: goodChunk }, { weight: 1, arbitrary: chunk }), { maxLength: 3 }).map(chunks =>
    chunks.join(''),
  ),
  lastChunk,
  trailers,
  emptyLine,
).map(parts => parts.join(''))
const body = oneof(
  { weight: 6, arbitrary: constantFrom('') },
  { weight: 6, arbitrary: chunkedBody },
  { weight: 6, arbitrary: constantFrom('hello') },
  { weight: 1, arbitrary: constantFrom('hell', 'hello\r\n', 'helloGET') },
)

const leading = pick([30, ''], [1, '\r\n'], [1, '\r\n\r\n'], [1, '\n'], [1, '\r'], [1, ' '])
const host = pick(
  [30, 'Host: a\r\n'],
  [1, ''],
  [1, 'Host: a\r\nHost: a\r\n'],
  [1, 'Host: a b\r\n'],
  [1, 'Host:\r\n'],
  [1, 'host: A:80\r\n'],
)
const requestHead = tuple(leading, method, space, target, space, version, lineEnd, host, fieldLines, emptyLine).map(
  parts => parts.join(''),
)
const wholeRequest = constantFrom(
  'GET /1 HTTP/1.1\r\nHost: a\r\n\r\n',
  'POST /2 HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello',
  'POST /3 HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n',
)
const request = tuple(requestHead, body).map(parts => parts.join(''))

/** One to four requests on a connection. */
export const requestBytes: Arbitrary<string> = array(
  oneof({ weight: 2, arbitrary: request }, { weight: 1, arbitrary: wholeRequest }),
  { minLength: 1, maxLength: 4 },
).map(parts => parts.join(''))

const status = pick(
  [12, '200'],
  [2, '204'],
  [2, '304'],
  [1, '404'],
  [1, '100'],
  [1, '101'],
  [1, '103'],
  [1, '099'],
  [1, '999'],
  [1, '20'],
  [1, '2000'],
  [1, 'abc'],
)
const phrase = pick(
  [12, ' OK'],
  [2, ''],
  [2, ' '],
  [1, ' a\tb'],
  [1, ' \xe9'],
  [1, ' a\x00b'],
  [1, ' a\rb'],
  [1, 'x'],
  [1, '  OK'],
)
const badStatusLine = record({ leading, version, space, status, phrase, lineEnd }).map(
  parts => parts.leading + parts.version + parts.space + parts.status + parts.phrase + parts.lineEnd,
)
const goodStatusLine = constantFrom(
  'HTTP/1.1 200 OK\r\n',
  'HTTP/1.1 204 \r\n',
  'HTTP/1.1 304 x\r\n',
  'HTTP/1.0 200\r\n',
  'HTTP/1.1 500 \xe9\r\n',
)
const statusLine = oneof({ weight: 3, arbitrary: goodStatusLine }, { weight: 1, arbitrary: badStatusLine })
const interim = pick(
  [20, ''],
  [3, 'HTTP/1.1 103 x\r\nLink: a\r\n\r\n'],
  [2, 'HTTP/1.1 100 Continue\r\n\r\n'],
  [1, 'HTTP/1.1 102 x\r\nContent-Length: 5\r\n\r\n'],
)

/** An answer, maybe with interim ones before it and something behind it. */
export const answerBytes: Arbitrary<string> = tuple(
  interim,
  statusLine,
  fieldLines,
  emptyLine,
  body,
  pick([12, ''], [1, 'x'], [1, 'HTTP/1.1 200 OK\r\n\r\n']),
).map(parts => parts.join(''))
