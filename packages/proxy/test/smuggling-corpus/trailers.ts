/** Trailers that would change the message they follow (RFC 9110 §6.5.1), or are no fields at all (RFC 9112 §7.1.2). */

import { chunk, forwarded, hidden, post, type Expected, type SmugglingCase } from './smuggling-case.ts'

const request = { line: 'POST /attack', framing: 'chunked', body: 'hello' } as const
const dropped = forwarded(request)
const cut: Expected = { kind: 'cut', status: [400], request }
const tooMuch: Expected = { kind: 'cut', status: [400, 413, 431], request }

/** `trailers` stand between the last chunk and the empty line. */
const rows: readonly (readonly [id: string, what: string, trailers: string, expected: Expected])[] = [
  ['COMP-CHUNKED-TRAILER-VALID', 'an ordinary trailer: dropped', 'X-Checksum: 1\r\n', dropped],
  ['SMUG-TRAILER-SEVERAL', 'several trailers: dropped', 'X-A: 1\r\nX-B: 2\r\nX-A: 3\r\n', dropped],
  ['SMUG-TRAILER-AUTH', 'Authorization: dropped', 'Authorization: Basic eA==\r\n', dropped],
  ['SMUG-TRAILER-COOKIE', 'Cookie: dropped', 'Cookie: admin=1\r\n', dropped],
  ['SMUG-TRAILER-CONTENT-TYPE', 'Content-Type: dropped', 'Content-Type: text/evil\r\n', dropped],
  ['SMUG-TRAILER-FORWARDED-FOR', 'X-Forwarded-For: dropped', 'X-Forwarded-For: 6.6.6.6\r\n', dropped],
  ['SMUG-TRAILER-CONNECTION', 'Connection: dropped, and means nothing', 'Connection: close\r\n', dropped],
  ['SMUG-TRAILER-CL', 'Content-Length', 'Content-Length: 5\r\n', cut],
  ['SMUG-TRAILER-TE', 'Transfer-Encoding', 'Transfer-Encoding: chunked\r\n', cut],
  ['SMUG-TRAILER-HOST', 'Host', 'Host: other.test\r\n', cut],
  ['SMUG-TRAILER-OBS-FOLD', 'a folded trailer', 'X: 1\r\n 2\r\n', cut],
  ['SMUG-TRAILER-SP-BEFORE-COLON', 'a space before the colon', 'X : 1\r\n', cut],
  ['SMUG-TRAILER-NO-COLON', 'no colon', 'X\r\n', cut],
  ['SMUG-TRAILER-EMPTY-NAME', 'an empty name', ': 1\r\n', cut],
  ['SMUG-TRAILER-LEADING-SPACE', 'a space before the name', ' X: 1\r\n', cut],
  ['SMUG-TRAILER-BARE-LF', 'a bare LF ends it', 'X: 1\n', cut],
  ['SMUG-TRAILER-BARE-CR', 'a bare CR in the value', 'X: 1\r2\r\n', cut],
  ['SMUG-TRAILER-NULL', 'NUL in the value', 'X: \0\r\n', cut],
  [
    'SMUG-TRAILER-REQUEST-LINE',
    'a request line where a trailer is due',
    'GET /hidden HTTP/1.1\r\nHost: site.test\r\n',
    cut,
  ],
  ['SMUG-TRAILER-CHUNK', 'another chunk after the last', '5\r\nhello\r\n', cut],
  ['MAL-TRAILER-64K', 'a trailer of 64 KiB', `X: ${'a'.repeat(65_536)}\r\n`, tooMuch],
  ['MAL-TRAILER-MANY', 'a thousand trailers', 'X: 1\r\n'.repeat(1000), tooMuch],
]

export const trailerCases: readonly SmugglingCase[] = [
  ...rows.map(([id, what, trailers, expected]): SmugglingCase => ({
    id,
    what,
    rfc: ['CL', 'TE', 'HOST', 'AUTH', 'COOKIE'].some(name => id === `SMUG-TRAILER-${name}`)
      ? 'RFC 9110 §6.5.1'
      : 'RFC 9112 §7.1.2',
    bytes: post(['Transfer-Encoding: chunked'], `${chunk('hello')}0\r\n${trailers}\r\n`),
    expected,
  })),
  {
    id: 'SMUG-TRAILER-ANNOUNCED',
    what: 'Trailer and TE announce it: only TE is passed on, as the proxy itself can take trailers',
    rfc: 'RFC 9110 §6.6.2',
    bytes: post(
      ['Trailer: X-Sum', 'TE: trailers', 'Connection: TE', 'Transfer-Encoding: chunked'],
      `${chunk('hello')}0\r\nX-Sum: 1\r\n\r\n`,
    ),
    expected: forwarded({ ...request, fields: ['TE: trailers'] }),
  },
  {
    id: 'SMUG-TRAILER-ANNOUNCES-CL',
    what: 'Trailer announces Content-Length',
    rfc: 'RFC 9110 §6.5.1',
    bytes: post(
      ['Trailer: Content-Length', 'Transfer-Encoding: chunked'],
      `${chunk('hello')}0\r\nContent-Length: 50\r\n\r\n${hidden}`,
    ),
    expected: cut,
  },
]
