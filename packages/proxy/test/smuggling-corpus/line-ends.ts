/** Bare LF and bare CR wherever a line ends (RFC 9112 §2.2). */

import { forwarded, hidden, refused, type Expected, type SmugglingCase } from './smuggling-case.ts'

const host = 'Host: site.test'
const get = `GET /attack HTTP/1.1\r\n${host}\r\n\r\n`
const plain = { line: 'GET /attack' }

/** Without `expected`: 400. */
const rows: readonly (readonly [id: string, what: string, bytes: string, expected?: Expected])[] = [
  ['RFC9112-2.2-BARE-LF-REQUEST-LINE', 'LF ends the request line', `GET /attack HTTP/1.1\n${host}\r\n\r\n`],
  ['RFC9112-2.2-BARE-LF-HEADER', 'LF ends a field', `GET /attack HTTP/1.1\r\n${host}\nX: 1\r\n\r\n`],
  ['RFC9112-2.2-BARE-LF-LAST-HEADER', 'LF ends the last field', `GET /attack HTTP/1.1\r\n${host}\n\r\n`],
  ['RFC9112-2.2-BARE-LF-EMPTY-LINE', 'LF is the empty line', `GET /attack HTTP/1.1\r\n${host}\r\n\n`],
  ['RFC9112-2.2-LF-ONLY', 'LF everywhere', `GET /attack HTTP/1.1\n${host}\n\n`],
  [
    'SMUG-LF-LATE',
    'LF and no more CR after 190 bytes of a good head',
    `GET /attack HTTP/1.1\r\n${host}\r\nX: ${'a'.repeat(150)}\nY: 1\n\n`,
  ],
  [
    'SMUG-LF-LF-HIDES',
    'two LFs in a value, a request behind them',
    `GET /attack HTTP/1.1\r\n${host}\r\nX: 1\n\n${hidden}`,
  ],
  [
    'SMUG-LF-CRLF-HIDES',
    'LF CR LF in a value, a request behind it',
    `GET /attack HTTP/1.1\r\n${host}\r\nX: 1\n\r\n${hidden}`,
  ],
  ['RFC9112-3-CR-ONLY-LINE-ENDING', 'CR everywhere', `GET /attack HTTP/1.1\r${host}\r\r`],
  ['SMUG-BARE-CR-REQUEST-LINE', 'CR ends the request line', `GET /attack HTTP/1.1\r${host}\r\n\r\n`],
  ['SMUG-BARE-CR-HEADER-VALUE', 'CR in a value', `GET /attack HTTP/1.1\r\n${host}\r\nX: a\rb\r\n\r\n`],
  [
    'SMUG-BARE-CR-HIDES-FIELD',
    'CR and a field in a value',
    `GET /attack HTTP/1.1\r\n${host}\r\nX: a\rX-Forwarded-For: 6.6.6.6\r\n\r\n`,
  ],
  ['SMUG-BARE-CR-BEFORE-VALUE', 'CR after the colon', `GET /attack HTTP/1.1\r\n${host}\r\nX:\ra\r\n\r\n`],
  ['SMUG-BARE-CR-IN-NAME', 'CR in a name', `GET /attack HTTP/1.1\r\n${host}\r\nX\rY: 1\r\n\r\n`],
  ['SMUG-BARE-CR-IN-METHOD', 'CR in the method', `GE\rT /attack HTTP/1.1\r\n${host}\r\n\r\n`],
  ['SMUG-BARE-CR-IN-TARGET', 'CR in the target', `GET /att\rack HTTP/1.1\r\n${host}\r\n\r\n`, refused(400, 505)],
  ['SMUG-BARE-LF-IN-TARGET', 'LF in the target', `GET /att\nack HTTP/1.1\r\n${host}\r\n\r\n`, refused(400, 505)],
  ['SMUG-CRCRLF-REQUEST-LINE', 'CR CR LF ends the request line', `GET /attack HTTP/1.1\r\r\n${host}\r\n\r\n`],
  ['SMUG-CRCRLF-HEADER', 'CR CR LF ends a field', `GET /attack HTTP/1.1\r\n${host}\r\nX: 1\r\r\n\r\n`],
  ['SMUG-CRCRLF-EMPTY-LINE', 'CR CR LF for the empty line', `GET /attack HTTP/1.1\r\n${host}\r\n\r\r\n`],
  [
    'SMUG-CR-X-EMPTY-LINE',
    'CR and another byte where the empty line is due',
    `GET /attack HTTP/1.1\r\n${host}\r\n\rX\r\n\r\n`,
  ],
  ['SMUG-LFCR-HEADER', 'LF CR ends a field', `GET /attack HTTP/1.1\r\n${host}\n\rX: 1\r\n\r\n`],
  ['SMUG-CR-BEFORE-REQUEST', 'CR before the request line', `\r${get}`],
  ['SMUG-LF-BEFORE-REQUEST', 'LF before the request line', `\n${get}`],
  ['SMUG-CRLF-SPACE-BEFORE-REQUEST', 'an empty line and a space before the request line', `\r\n ${get}`],
  ['COMP-LEADING-CRLF', 'one empty line before the request line is skipped', `\r\n${get}`, forwarded(plain)],
  ['SMUG-LEADING-CRLF-TWICE', 'two empty lines before the request line', `\r\n\r\n${get}`],
  [
    'SMUG-UNICODE-LINE-SEPARATOR',
    'U+2028 in UTF-8 is an ordinary value',
    `GET /attack HTTP/1.1\r\n${host}\r\nX: a\xe2\x80\xa8b\r\n\r\n`,
    forwarded({ ...plain, fields: ['X: a\xe2\x80\xa8b'] }),
  ],
  [
    'SMUG-NEL-IN-VALUE',
    'NEL (0x85) is an ordinary value',
    `GET /attack HTTP/1.1\r\n${host}\r\nX: a\x85b\r\n\r\n`,
    forwarded({ ...plain, fields: ['X: a\x85b'] }),
  ],
  [
    'SMUG-UNICODE-CRLF',
    'U+010D U+010A, whose low bytes are CR LF, in UTF-8',
    `GET /attack HTTP/1.1\r\n${host}\r\nX: \xc4\x8d\xc4\x8aY: 1\r\n\r\n`,
    forwarded({ ...plain, fields: ['X: \xc4\x8d\xc4\x8aY: 1'] }),
  ],
]

export const lineEndCases: readonly SmugglingCase[] = rows.map(([id, what, bytes, expected]) => ({
  id,
  what,
  rfc: 'RFC 9112 §2.2',
  bytes,
  expected: expected ?? refused(400),
}))
