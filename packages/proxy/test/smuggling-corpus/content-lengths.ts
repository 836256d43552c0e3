/** Content-Length in spellings that parsers read differently (RFC 9110 §8.6: 1*DIGIT, once). */

import { forwarded, hidden, message, post, refused, type Expected, type SmugglingCase } from './smuggling-case.ts'

const five = forwarded({ line: 'POST /attack', framing: 'length', body: 'hello' })

/** Without `expected`: 400. The body is always five bytes. */
const rows: readonly (readonly [id: string, what: string, fields: string, expected?: Expected])[] = [
  ['RFC9112-6.1-CL-NON-NUMERIC', 'a word', 'Content-Length: five'],
  ['RFC9112-6.1-CL-PLUS-SIGN', 'a plus sign', 'Content-Length: +5'],
  ['SMUG-CL-NEGATIVE', 'a minus sign', 'Content-Length: -5'],
  ['SMUG-CL-NEGATIVE-ZERO', 'minus zero', 'Content-Length: -0'],
  ['SMUG-CL-HEX-PREFIX', 'hexadecimal', 'Content-Length: 0x5'],
  ['SMUG-CL-OCTAL', 'an octal prefix', 'Content-Length: 0o5'],
  ['SMUG-CL-UNDERSCORE', 'an underscore between digits', 'Content-Length: 1_0'],
  ['SMUG-CL-INTERNAL-SPACE', 'a space between digits', 'Content-Length: 5 5'],
  ['SMUG-CL-DECIMAL-POINT', 'a decimal point', 'Content-Length: 5.0'],
  ['SMUG-CL-EXPONENT', 'an exponent', 'Content-Length: 5e0'],
  ['SMUG-CL-LETTERS-AFTER', 'letters after the digits', 'Content-Length: 5abc'],
  ['SMUG-CL-SEMICOLON', 'a parameter', 'Content-Length: 5;x=1'],
  ['SMUG-CL-QUOTED', 'a quoted number', 'Content-Length: "5"'],
  ['SMUG-CL-COMMA-SAME', 'the same number twice in a list', 'Content-Length: 5, 5'],
  ['SMUG-CL-COMMA-DIFFERENT', 'two numbers in a list', 'Content-Length: 5, 0'],
  ['SMUG-CL-COMMA-TRIPLE', 'the same number three times', 'Content-Length: 5,5,5'],
  ['SMUG-CL-TRAILING-COMMA', 'an empty element after it', 'Content-Length: 5,'],
  ['SMUG-CL-LEADING-COMMA', 'an empty element before it', 'Content-Length: ,5'],
  ['SMUG-CL-DUPLICATE-SAME', 'two equal fields', 'Content-Length: 5\r\nContent-Length: 5'],
  ['SMUG-DUPLICATE-CL', 'two fields that differ', 'Content-Length: 5\r\nContent-Length: 0'],
  ['SMUG-DUPLICATE-CL-ZERO-FIRST', 'two fields, 0 first', 'Content-Length: 0\r\nContent-Length: 5'],
  ['SMUG-DUPLICATE-CL-CASE', 'two fields whose names differ in case', 'Content-Length: 5\r\ncontent-length: 50'],
  ['SMUG-DUPLICATE-CL-EMPTY', 'a second field without value', 'Content-Length: 5\r\nContent-Length:'],
  ['MAL-CL-EMPTY', 'no value', 'Content-Length:'],
  ['SMUG-CL-BLANK', 'only spaces', 'Content-Length:    '],
  ['MAL-CL-OVERFLOW', 'above 2^64', 'Content-Length: 99999999999999999999'],
  ['SMUG-CL-WRAP-64', '2^64 + 5, which wraps to 5', 'Content-Length: 18446744073709551621'],
  ['SMUG-CL-INT64-MAX', '2^63 - 1', 'Content-Length: 9223372036854775807'],
  ['SMUG-CL-DOUBLE-PRECISION', '2^53 + 1, which a double cannot hold', 'Content-Length: 9007199254740993'],
  ['SMUG-CL-300-DIGITS', 'three hundred digits', `Content-Length: ${'0'.repeat(299)}5`],
  ['SMUG-CL-NULL', 'NUL after the digits', 'Content-Length: 5\0'],
  ['SMUG-CL-VTAB', 'a vertical tab before the digits', 'Content-Length: \x0b5'],
  ['SMUG-CL-NBSP', 'a no-break space (0xA0) after the digits', 'Content-Length: 5\xa0'],
  ['SMUG-CL-FULLWIDTH', 'a full-width digit in UTF-8', 'Content-Length: \xef\xbc\x95'],
  ['SMUG-CL-LATIN1-DIGIT', 'a superscript digit (0xB2)', 'Content-Length: \xb2'],
  ['NORM-SP-BEFORE-COLON-CL', 'a space before the colon', 'Content-Length : 5'],
  ['SMUG-CL-TAB-BEFORE-COLON', 'a tab before the colon', 'Content-Length\t: 5'],
  ['SMUG-CL-OBS-FOLD', 'the number on a folded line', 'Content-Length:\r\n 5'],
  ['SMUG-CL-OBS-FOLD-MORE', 'another digit on a folded line', 'Content-Length: 5\r\n 0'],
  ['SMUG-CL-LEADING-SPACE-LINE', 'a space before the name', 'X: 1\r\n Content-Length: 5'],
  ['SMUG-CL-BARE-LF', 'the field after a bare LF', 'X: 1\nContent-Length: 5'],
  ['SMUG-CL-CR-IN-VALUE', 'a bare CR between digits', 'Content-Length: 5\r0'],
  ['SMUG-CL-EXTRA-LEADING-SP', 'two spaces after the colon', 'Content-Length:  5', five],
  ['SMUG-CL-TRAILING-SPACE', 'a space after the digits', 'Content-Length: 5 ', five],
  ['MAL-CL-TAB-BEFORE-VALUE', 'a tab after the colon', 'Content-Length:\t5', five],
  ['SMUG-CL-NO-SPACE', 'no space after the colon', 'Content-Length:5', five],
  ['NORM-CASE-CL', 'the name in capitals', 'CONTENT-LENGTH: 5', five],
  ['SMUG-CL-LEADING-ZEROS', 'leading zeros: digits all the same; sent on without them', 'Content-Length: 0005', five],
  ['COMP-POST-CL-BODY', 'a good one', 'Content-Length: 5', five],
]

const spellings = rows.map(([id, what, fields, expected]): SmugglingCase => ({
  id,
  what,
  rfc: id.includes('COLON') ? 'RFC 9112 §5.1' : id.includes('FOLD') ? 'RFC 9112 §5.2' : 'RFC 9110 §8.6',
  bytes: post([fields], 'hello'),
  expected: expected ?? refused(400),
}))

const lengthOf = hidden.length
const withBody = (method: string): SmugglingCase => ({
  id: `SMUG-${method}-CL-BODY`,
  what: `${method} with a body that is a request`,
  rfc: 'RFC 9110 §9.3',
  bytes: message(`${method} /attack`, [`Content-Length: ${lengthOf}`], hidden),
  expected: forwarded({ line: `${method} /attack`, framing: 'length', body: hidden }),
})

const bodies: readonly SmugglingCase[] = [
  ...['GET', 'HEAD', 'OPTIONS', 'DELETE', 'PUT', 'PATCH'].map(withBody),
  {
    id: 'COMP-POST-CL-ZERO',
    what: 'a length of 0',
    rfc: 'RFC 9112 §6.2',
    bytes: post(['Content-Length: 0']),
    expected: forwarded({ line: 'POST /attack', framing: 'length' }),
  },
  {
    id: 'SMUG-CL-DOUBLE-ZERO',
    what: '00',
    rfc: 'RFC 9110 §8.6',
    bytes: post(['Content-Length: 00']),
    expected: forwarded({ line: 'POST /attack', framing: 'length' }),
  },
  {
    id: 'COMP-POST-NO-CL-NO-TE',
    what: 'no length: there is no body, and the backend is told so',
    rfc: 'RFC 9112 §6.3',
    bytes: post([]),
    expected: forwarded({ line: 'POST /attack', framing: 'length' }),
  },
  {
    id: 'NORM-UNDERSCORE-CL',
    what: 'an underscore in the name: dropped, and the bytes after the head are the next request',
    rfc: 'RFC 9110 §5.1',
    bytes: message('GET /attack', [`Content_Length: ${lengthOf}`], message('GET /next', [])),
    expected: forwarded({ line: 'GET /attack' }, { line: 'GET /next' }),
  },
  {
    id: 'COMP-POST-CL-UNDERSEND',
    what: 'the client ends before the body does',
    rfc: 'RFC 9112 §8',
    bytes: post(['Content-Length: 10'], 'hello'),
    ends: true,
    expected: { kind: 'cut', status: [400], request: { line: 'POST /attack', framing: 'length', body: 'hello' } },
  },
  {
    id: 'SMUG-CL-WRAP-32',
    what: '2^32 + 5, which wraps to 5, and the client ends after 5 bytes',
    rfc: 'RFC 9110 §8.6',
    bytes: post(['Content-Length: 4294967301'], 'hello'),
    ends: true,
    expected: { kind: 'cut', status: [400], request: { line: 'POST /attack', framing: 'length', body: 'hello' } },
  },
  {
    id: 'MAL-POST-CL-HUGE-NO-BODY',
    what: 'the largest length that is read, and no body',
    rfc: 'RFC 9112 §6.2',
    bytes: post(['Content-Length: 999999999999999']),
    ends: true,
    expected: { kind: 'cut', status: [400], request: { line: 'POST /attack', framing: 'length' } },
  },
]

export const contentLengthCases: readonly SmugglingCase[] = [...spellings, ...bodies]
