/** Chunk sizes, chunk ends and chunk extensions that parsers read differently (RFC 9112 §7.1). */

import {
  chunk,
  forwarded,
  hidden,
  post,
  type Expected,
  type SeenRequest,
  type SmugglingCase,
} from './smuggling-case.ts'

const fields = ['Transfer-Encoding: chunked']
const end = '0\r\n\r\n'
const whole = (body: string): Expected => forwarded({ line: 'POST /attack', framing: 'chunked', body })
const hello = whole('hello')
/** What the backend may have begun to see when the body turns out malformed: at most the data before that place. */
const cut = (body: string, ...status: readonly number[]): Expected => ({
  kind: 'cut',
  status: status.length === 0 ? [400] : status,
  request: begun(body),
})
const begun = (body: string): SeenRequest => ({ line: 'POST /attack', framing: 'chunked', body })

type Row = readonly [id: string, what: string, body: string, expected: Expected]

const sizes: readonly Row[] = [
  ['SMUG-CHUNK-HEX-PREFIX', '0x before the size', `0x5\r\nhello\r\n${end}`, cut('')],
  ['SMUG-CHUNK-NEGATIVE', 'a minus sign', `-5\r\nhello\r\n${end}`, cut('')],
  ['SMUG-CHUNK-SIZE-PLUS', 'a plus sign', `+5\r\nhello\r\n${end}`, cut('')],
  ['SMUG-CHUNK-UNDERSCORE', 'an underscore in the size', `0_5\r\nhello\r\n${end}`, cut('')],
  ['SMUG-CHUNK-LEADING-SP', 'a space before the size', ` 5\r\nhello\r\n${end}`, cut('')],
  ['SMUG-CHUNK-LEADING-TAB', 'a tab before the size', `\t5\r\nhello\r\n${end}`, cut('')],
  ['SMUG-CHUNK-SIZE-TRAILING-OWS', 'a space after the size', `5 \r\nhello\r\n${end}`, cut('')],
  ['SMUG-CHUNK-SIZE-TRAILING-TAB', 'a tab after the size', `5\t\r\nhello\r\n${end}`, cut('')],
  ['SMUG-CHUNK-NOT-HEX', 'a letter that is no digit', `5g\r\nhello\r\n${end}`, cut('')],
  ['SMUG-CHUNK-H-SUFFIX', 'an h after the size', `5h\r\nhello\r\n${end}`, cut('')],
  ['SMUG-CHUNK-WORD', 'a word for the size', `five\r\nhello\r\n${end}`, cut('')],
  ['SMUG-CHUNK-DECIMAL-POINT', 'a decimal point', `5.0\r\nhello\r\n${end}`, cut('')],
  ['SMUG-CHUNK-COMMA', 'a list of sizes', `5,5\r\nhello\r\n${end}`, cut('')],
  ['SMUG-CHUNK-QUOTED', 'a quoted size', `"5"\r\nhello\r\n${end}`, cut('')],
  ['SMUG-CHUNK-EMPTY-SIZE', 'no size', `\r\nhello\r\n${end}`, cut('')],
  ['SMUG-CHUNK-EMPTY-LINE-FIRST', 'an empty line before the first size', `\r\n5\r\nhello\r\n${end}`, cut('')],
  ['SMUG-CHUNK-NULL', 'NUL after the size', `5\0\r\nhello\r\n${end}`, cut('')],
  ['SMUG-CHUNK-VTAB', 'a vertical tab after the size', `5\x0b\r\nhello\r\n${end}`, cut('')],
  ['SMUG-CHUNK-NBSP', '0xA0 after the size', `5\xa0\r\nhello\r\n${end}`, cut('')],
  ['SMUG-CHUNK-FULLWIDTH', 'a full-width digit in UTF-8', `\xef\xbc\x95\r\nhello\r\n${end}`, cut('')],
  ['SMUG-CHUNK-BIT-7', 'a digit with its top bit set', `\xb5\r\nhello\r\n${end}`, cut('')],
  ['MAL-CHUNK-SIZE-OVERFLOW', 'a size above 2^64', `ffffffffffffffffff\r\nhello\r\n${end}`, cut('')],
  ['SMUG-CHUNK-WRAP-64', '2^64 + 5, which wraps to 5', `10000000000000005\r\nhello\r\n${end}`, cut('')],
  ['SMUG-CHUNK-INT64-MAX', '2^63 - 1', `7fffffffffffffff\r\nhello\r\n${end}`, cut('')],
  ['SMUG-CHUNK-UINT64-MAX', '2^64 - 1', `ffffffffffffffff\r\nhello\r\n${end}`, cut('')],
  ['SMUG-CHUNK-MANY-ZEROS', 'three hundred zeros before the size', `${'0'.repeat(300)}5\r\nhello\r\n${end}`, cut('')],
  ['SMUG-CHUNK-SECOND-BAD', 'a good chunk and then a bad size', `${chunk('hello')}0x1\r\nx\r\n${end}`, cut('hello')],
  ['SMUG-CHUNK-LAST-NEGATIVE', 'minus zero for the last chunk', `${chunk('hello')}-0\r\n\r\n`, cut('hello')],
  ['SMUG-CHUNK-LAST-SPACE', 'a space after the last size', `${chunk('hello')}0 \r\n\r\n${hidden}`, cut('hello')],
  ['SMUG-CHUNK-LAST-HEX-PREFIX', '0x0 for the last chunk', `${chunk('hello')}0x0\r\n\r\n`, cut('hello')],
  ['SMUG-CHUNK-LAST-UNDERSCORE', '0_0 for the last chunk', `${chunk('hello')}0_0\r\n\r\n`, cut('hello')],
  ['COMP-CHUNKED-BODY', 'one chunk', chunk('hello') + end, hello],
  ['COMP-CHUNKED-MULTI', 'several chunks', `2\r\nhe\r\n3\r\nllo\r\n${end}`, hello],
  ['COMP-CHUNKED-EMPTY', 'no chunk but the last', end, whole('')],
  ['COMP-CHUNKED-HEX-UPPERCASE', 'a capital digit', `A\r\n0123456789\r\n${end}`, whole('0123456789')],
  ['COMP-CHUNKED-HEX-LOWERCASE', 'a small digit', `a\r\n0123456789\r\n${end}`, whole('0123456789')],
  ['SMUG-CHUNK-LEADING-ZEROS', 'zeros before the size: sent on without them', `0005\r\nhello\r\n${end}`, hello],
  ['SMUG-CHUNK-LAST-ZEROS', 'several zeros for the last chunk', `${chunk('hello')}000\r\n\r\n`, hello],
  [
    'SMUG-CHUNK-REQUEST-INSIDE',
    'a whole request with its own last chunk is data',
    chunk(`${end}${hidden}`) + end,
    whole(end + hidden),
  ],
]

const ends: readonly Row[] = [
  ['SMUG-CHUNK-MISSING-TRAILING-CRLF', 'no line end after the data', `5\r\nhello${end}`, cut('hello')],
  ['SMUG-CHUNK-SPILL', 'more data than the size says', `5\r\nhelloXX\r\n${end}`, cut('hello')],
  ['SMUG-CHUNK-SPILL-TWO', 'two bytes more, without a line end', `5\r\nhelloXX${end}`, cut('hello')],
  ['SMUG-CHUNK-SHORT', 'less data than the size says', `5\r\nhel\r\n${end}`, cut('hel\r\n')],
  ['SMUG-CHUNK-LF-TERM', 'a bare LF after the data', `5\r\nhello\n${end}`, cut('hello')],
  ['SMUG-CHUNK-BARE-CR-DATA', 'a bare CR after the data', `5\r\nhello\r${end}`, cut('hello')],
  ['SMUG-CHUNK-SPACE-AFTER-DATA', 'a space before the line end of the data', `5\r\nhello \r\n${end}`, cut('hello')],
  ['SMUG-CHUNK-EXTRA-CRLF', 'two line ends after the data', `5\r\nhello\r\n\r\n${end}`, cut('hello')],
  ['SMUG-CHUNK-LF-SIZE', 'a bare LF after the size', `5\nhello\r\n${end}`, cut('')],
  ['SMUG-CHUNK-BARE-CR-TERM', 'a bare CR after the size', `5\rhello\r\n${end}`, cut('')],
  ['SMUG-CHUNK-CRCRLF-SIZE', 'CR CR LF after the size', `5\r\r\nhello\r\n${end}`, cut('')],
  ['SMUG-CHUNK-LFCR-SIZE', 'LF CR after the size', `5\n\rhello\r\n${end}`, cut('')],
  ['SMUG-CHUNK-CR-X-SIZE', 'CR and another byte after the size', `5\rXhello\r\n${end}`, cut('')],
  ['SMUG-CHUNK-LAST-LF', 'a bare LF after the last size', `${chunk('hello')}0\n\r\n${hidden}`, cut('hello')],
  ['SMUG-CHUNK-LAST-LF-LF', 'two bare LFs end the body', `${chunk('hello')}0\n\n${hidden}`, cut('hello')],
  ['SMUG-CHUNK-LAST-CR', 'a bare CR after the last size', `${chunk('hello')}0\r\r\n${hidden}`, cut('hello')],
  [
    'SMUG-CHUNK-LF-TRAILER',
    'a bare LF for the empty line at the end',
    `${chunk('hello')}0\r\n\n${hidden}`,
    cut('hello'),
  ],
  [
    'SMUG-CHUNK-CR-TRAILER',
    'a bare CR for the empty line at the end',
    `${chunk('hello')}0\r\n\rX${hidden}`,
    cut('hello'),
  ],
]

const extensions: readonly Row[] = [
  ['COMP-CHUNKED-EXTENSION', 'a name and a value: dropped', `5;a=b\r\nhello\r\n${end}`, hello],
  ['SMUG-CHUNK-EXT-NAME', 'a name alone: dropped', `5;a\r\nhello\r\n${end}`, hello],
  ['SMUG-CHUNK-EXT-TWO', 'two extensions: dropped', `5;a=b;c=d\r\nhello\r\n${end}`, hello],
  ['SMUG-CHUNK-EXT-QUOTED', 'a quoted value with a semicolon: dropped', `5;a="b;c"\r\nhello\r\n${end}`, hello],
  ['SMUG-CHUNK-EXT-QUOTED-PAIR', 'a quoted quote: dropped', `5;a="\\""\r\nhello\r\n${end}`, hello],
  ['SMUG-CHUNK-EXT-LAST', 'on the last chunk: dropped', `${chunk('hello')}0;a=b\r\n\r\n`, hello],
  ['SMUG-CHUNK-BARE-SEMICOLON', 'a semicolon alone', `5;\r\nhello\r\n${end}`, cut('')],
  [
    'SMUG-CHUNK-BARE-SEMICOLON-LAST',
    'a semicolon alone on the last chunk',
    `${chunk('hello')}0;\r\n\r\n${hidden}`,
    cut('hello'),
  ],
  ['SMUG-CHUNK-EXT-EMPTY-FIRST', 'two semicolons', `5;;a=b\r\nhello\r\n${end}`, cut('')],
  ['SMUG-CHUNK-EXT-NO-NAME', 'a value without a name', `5;=b\r\nhello\r\n${end}`, cut('')],
  ['SMUG-CHUNK-EXT-NO-VALUE', 'an equals sign without a value', `5;a=\r\nhello\r\n${end}`, cut('')],
  ['SMUG-CHUNK-EXT-TWO-EQUALS', 'two equals signs', `5;a=b=c\r\nhello\r\n${end}`, cut('')],
  ['SMUG-CHUNK-EXT-INVALID-TOKEN', 'brackets in the name', `5;[a]\r\nhello\r\n${end}`, cut('')],
  ['SMUG-CHUNK-EXT-SPACE-BEFORE', 'a space before the semicolon', `5 ;a=b\r\nhello\r\n${end}`, cut('')],
  ['SMUG-CHUNK-EXT-SPACE-IN-VALUE', 'a space in the value', `5;a=b c\r\nhello\r\n${end}`, cut('')],
  ['SMUG-CHUNK-EXT-UNCLOSED-QUOTE', 'a quote that does not close', `5;a="b\r\nhello\r\n${end}`, cut('')],
  [
    'SMUG-CHUNK-EXT-CRLF-IN-QUOTES',
    'a line end between quotes',
    `5;a="\r\nhello\r\n${end}"\r\nhello\r\n${end}`,
    cut(''),
  ],
  ['SMUG-CHUNK-EXT-AFTER-QUOTE', 'letters after the closing quote', `5;a="b"c\r\nhello\r\n${end}`, cut('')],
  ['SMUG-CHUNK-EXT-LF', 'a bare LF in the extension', `5;a\nb\r\nhello\r\n${end}`, cut('')],
  ['SMUG-CHUNK-EXT-LF-END', 'a bare LF ends the extension', `5;a=b\nhello\r\n${end}`, cut('')],
  [
    'SMUG-CHUNK-EXT-LF-HIDES',
    'a bare LF after the semicolon hides a chunk (TERM.EXT)',
    `1;\n1f\r\n${'x'.repeat(29)}\r\n${end}`,
    cut(''),
  ],
  ['SMUG-CHUNK-EXT-CR', 'a bare CR in the extension', `5;a\rb\r\nhello\r\n${end}`, cut('')],
  ['SMUG-CHUNK-EXT-CR-QUOTED', 'a bare CR between quotes', `5;a="\rb"\r\nhello\r\n${end}`, cut('')],
  ['SMUG-CHUNK-EXT-LF-QUOTED', 'a bare LF between quotes', `5;a="\nb"\r\nhello\r\n${end}`, cut('')],
  ['SMUG-CHUNK-EXT-CTRL', 'NUL in the extension', `5;a\0\r\nhello\r\n${end}`, cut('')],
  ['SMUG-CHUNK-EXT-DEL', 'DEL in the extension', `5;a\x7f\r\nhello\r\n${end}`, cut('')],
  ['SMUG-CHUNK-EXT-OBS-TEXT', '0xFF in the name', `5;\xff\r\nhello\r\n${end}`, cut('')],
  ['MAL-CHUNK-EXT-64K', 'an extension of 64 KiB', `5;a=${'b'.repeat(65_536)}\r\nhello\r\n${end}`, cut('', 400, 413)],
  [
    'MAL-CHUNK-EXT-MANY',
    'a byte of data for every 1,000 bytes of extensions',
    `1;a=${'b'.repeat(1000)}\r\nx\r\n`.repeat(40) + end,
    cut('x'.repeat(40), 400, 413),
  ],
]

const family = (rows: readonly Row[], rfc: string): readonly SmugglingCase[] =>
  rows.map(([id, what, body, expected]) => ({ id, what, rfc, bytes: post(fields, body), expected }))

export const chunkSizeCases: readonly SmugglingCase[] = [
  ...family(sizes, 'RFC 9112 §7.1'),
  {
    id: 'COMP-CHUNKED-NO-FINAL',
    what: 'the client ends before the last chunk',
    rfc: 'RFC 9112 §8',
    bytes: post(fields, chunk('hello')),
    ends: true,
    expected: cut('hello'),
  },
]
export const chunkEndCases: readonly SmugglingCase[] = family(ends, 'RFC 9112 §7.1')
export const chunkExtensionCases: readonly SmugglingCase[] = family(extensions, 'RFC 9112 §7.1.1')
