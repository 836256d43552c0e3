/** TE.TE: Transfer-Encoding in spellings that one parser takes for chunked and another does not (RFC 9112 §6.1). */

import {
  chunk,
  forwarded,
  hidden,
  post,
  refused,
  type Expected,
  type SeenRequest,
  type SmugglingCase,
} from './smuggling-case.ts'

const chunkedRequest: SeenRequest = { line: 'POST /attack', framing: 'chunked', body: 'hello' }
const chunked = forwarded(chunkedRequest)
const eitherStatus = refused(400, 501)

/** Without `expected`: 400. Field lines as they stand, joined with CRLF. */
const rows: readonly (readonly [id: string, what: string, fields: string, expected?: Expected])[] = [
  ['SMUG-TE-XCHUNKED', 'a coding that only ends with the word', 'Transfer-Encoding: xchunked'],
  ['SMUG-TE-CHUNKEDX', 'a coding that only begins with the word', 'Transfer-Encoding: chunkedx'],
  ['SMUG-TE-CHUNKE', 'the word without its last letter', 'Transfer-Encoding: chunke'],
  ['SMUG-TE-X-CHUNKED', 'a coding with an x- prefix', 'Transfer-Encoding: x-chunked'],
  ['SMUG-TE-IDENTITY', 'a coding that no longer exists', 'Transfer-Encoding: identity'],
  ['SMUG-TE-GZIP-ONLY', 'chunked is not there', 'Transfer-Encoding: gzip', eitherStatus],
  [
    'COMP-UNKNOWN-TE-501',
    'a coding before chunked that is not served',
    'Transfer-Encoding: gzip, chunked',
    refused(501),
  ],
  ['SMUG-TE-TWO-CODINGS', 'two codings before chunked', 'Transfer-Encoding: gzip, deflate, chunked', refused(501)],
  ['SMUG-TE-UNKNOWN-CHUNKED', 'an unknown coding before chunked', 'Transfer-Encoding: cow, chunked', eitherStatus],
  ['SMUG-TE-NOT-FINAL-CHUNKED', 'chunked is not the last coding', 'Transfer-Encoding: chunked, gzip'],
  ['SMUG-TE-CHUNKED-IDENTITY', 'identity after chunked', 'Transfer-Encoding: chunked, identity'],
  ['SMUG-TE-IDENTITY-CHUNKED', 'identity before chunked', 'Transfer-Encoding: identity, chunked', eitherStatus],
  ['SMUG-TE-DOUBLE-CHUNKED', 'chunked twice in one field', 'Transfer-Encoding: chunked, chunked'],
  [
    'SMUG-TE-CHUNKED-GZIP-CHUNKED',
    'chunked around another coding',
    'Transfer-Encoding: chunked, gzip, chunked',
    eitherStatus,
  ],
  ['SMUG-TE-DUPLICATE-HEADERS', 'chunked in two fields', 'Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked'],
  [
    'SMUG-TE-DUPLICATE-IDENTITY-LAST',
    'chunked, then identity in a second field',
    'Transfer-Encoding: chunked\r\nTransfer-Encoding: identity',
  ],
  [
    'SMUG-TE-DUPLICATE-IDENTITY-FIRST',
    'identity, then chunked in a second field',
    'Transfer-Encoding: identity\r\nTransfer-Encoding: chunked',
    eitherStatus,
  ],
  [
    'SMUG-TE-DUPLICATE-GZIP-FIRST',
    'gzip, then chunked in a second field',
    'Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked',
    eitherStatus,
  ],
  ['SMUG-TE-DUPLICATE-EMPTY', 'an empty field beside a good one', 'Transfer-Encoding:\r\nTransfer-Encoding: chunked'],
  [
    'SMUG-TE-DUPLICATE-CASE',
    'two fields whose names differ in case',
    'Transfer-Encoding: chunked\r\ntransfer-encoding: x',
  ],
  ['SMUG-TE-QUOTED', 'the word in double quotes', 'Transfer-Encoding: "chunked"'],
  ['SMUG-TE-SINGLE-QUOTED', 'the word in single quotes', "Transfer-Encoding: 'chunked'"],
  ['SMUG-TE-VTAB', 'a vertical tab before the word', 'Transfer-Encoding: \x0bchunked'],
  ['SMUG-TE-VTAB-AFTER', 'a vertical tab after the word', 'Transfer-Encoding: chunked\x0b'],
  ['SMUG-TE-FORMFEED', 'a form feed before the word', 'Transfer-Encoding: \x0cchunked'],
  ['SMUG-TE-NULL', 'NUL after the word', 'Transfer-Encoding: chunked\0'],
  ['SMUG-TE-NULL-BEFORE', 'NUL before the word', 'Transfer-Encoding: \0chunked'],
  ['SMUG-TE-BACKSPACE', 'a control character in the word', 'Transfer-Encoding: chunk\x08ed'],
  ['SMUG-TE-DEL', 'DEL after the word', 'Transfer-Encoding: chunked\x7f'],
  ['SMUG-TE-NBSP', 'a no-break space (0xA0) before the word', 'Transfer-Encoding: \xa0chunked'],
  ['SMUG-TE-NEL', 'a next-line character (0x85) after the word', 'Transfer-Encoding: chunked\x85'],
  ['SMUG-TE-OBS-TEXT', '0xFF before the word', 'Transfer-Encoding: \xffchunked'],
  ['SMUG-TE-UTF8-BOM', 'a byte order mark before the word', 'Transfer-Encoding: \xef\xbb\xbfchunked'],
  ['SMUG-TE-KELVIN', 'the Kelvin sign, which some lower-case to k', 'Transfer-Encoding: chun\xe2\x84\xaaed'],
  ['SMUG-CHUNKED-WITH-PARAMS', 'a parameter', 'Transfer-Encoding: chunked;q=1'],
  ['SMUG-TE-EMPTY-PARAM', 'a semicolon after the word', 'Transfer-Encoding: chunked;'],
  ['SMUG-TE-TRAILING-COMMA', 'an empty element after the word', 'Transfer-Encoding: chunked,'],
  ['SMUG-TE-LEADING-COMMA', 'an empty element before the word', 'Transfer-Encoding: , chunked'],
  ['SMUG-TE-ONLY-COMMAS', 'only empty elements', 'Transfer-Encoding: , ,'],
  ['SMUG-TE-EMPTY-VALUE', 'no value', 'Transfer-Encoding:'],
  ['SMUG-TE-INNER-SPACE', 'a space in the word', 'Transfer-Encoding: chun ked'],
  ['SMUG-TE-INNER-TAB', 'a tab in the word', 'Transfer-Encoding: chun\tked'],
  ['SMUG-TE-TWO-WORDS', 'two words without a comma', 'Transfer-Encoding: chunked identity'],
  ['SMUG-TE-SLASH', 'a slash and a version after the word', 'Transfer-Encoding: chunked/1.0'],
  ['SMUG-TE-EQUALS', 'an equals sign instead of the colon', 'Transfer-Encoding=chunked'],
  ['SMUG-TE-SP-BEFORE-COLON', 'a space before the colon', 'Transfer-Encoding : chunked'],
  ['SMUG-TE-TAB-BEFORE-COLON', 'a tab before the colon', 'Transfer-Encoding\t: chunked'],
  ['SMUG-TE-NULL-BEFORE-COLON', 'NUL before the colon', 'Transfer-Encoding\0: chunked'],
  ['SMUG-TE-SPACE-IN-NAME', 'a space for the dash of the name', 'Transfer Encoding: chunked'],
  ['SMUG-TE-OBS-TEXT-IN-NAME', '0xAD after the name', 'Transfer-Encoding\xad: chunked'],
  ['SMUG-TE-TWO-COLONS', 'a second colon', 'Transfer-Encoding:: chunked'],
  ['SMUG-TE-LEADING-SPACE-LINE', 'a space before the name, after another field', 'X: 1\r\n Transfer-Encoding: chunked'],
  ['SMUG-TE-LEADING-TAB-LINE', 'a tab before the name, after another field', 'X: 1\r\n\tTransfer-Encoding: chunked'],
  ['SMUG-TE-OBS-FOLD', 'the word on a folded line', 'Transfer-Encoding:\r\n chunked'],
  ['SMUG-TE-OBS-FOLD-TAB', 'the word on a line folded with a tab', 'Transfer-Encoding:\r\n\tchunked'],
  ['SMUG-TE-OBS-FOLD-AFTER', 'an empty folded line after the word', 'Transfer-Encoding: chunked\r\n '],
  ['SMUG-TE-FOLDED-IDENTITY', 'a folded second coding', 'Transfer-Encoding: chunked\r\n , identity'],
  ['SMUG-TE-AFTER-BARE-LF', 'the field after a bare LF', 'X: 1\nTransfer-Encoding: chunked'],
  ['SMUG-TE-AFTER-BARE-CR', 'the field after a bare CR', 'X: 1\rTransfer-Encoding: chunked'],
  ['SMUG-TE-CR-IN-VALUE', 'a bare CR before the word', 'Transfer-Encoding: \rchunked'],
  ['SMUG-TE-LF-IN-VALUE', 'a bare LF before the word', 'Transfer-Encoding: \nchunked'],
  ['SMUG-TE-CR-IN-NAME', 'a bare CR in the name', 'Transfer-\rEncoding: chunked'],
  ['SMUG-TE-CASE-MISMATCH', 'a capital letter: codings are case-insensitive', 'Transfer-Encoding: Chunked', chunked],
  ['SMUG-TE-ALL-CAPITALS', 'capitals', 'Transfer-Encoding: CHUNKED', chunked],
  ['NORM-CASE-TE', 'the name in capitals', 'TRANSFER-ENCODING: chunked', chunked],
  ['SMUG-TE-LOWER-CASE-NAME', 'the name in lower case', 'transfer-encoding: chunked', chunked],
  ['SMUG-TE-NO-SPACE', 'no space after the colon', 'Transfer-Encoding:chunked', chunked],
  ['SMUG-TE-TAB-BEFORE-VALUE', 'a tab after the colon', 'Transfer-Encoding:\tchunked', chunked],
  ['SMUG-TE-TRAILING-SPACE', 'a space after the word', 'Transfer-Encoding: chunked ', chunked],
  ['SMUG-TE-TRAILING-TAB', 'a tab after the word', 'Transfer-Encoding: chunked\t', chunked],
  [
    'SMUG-TE-LONG-OWS',
    'two hundred spaces around the word',
    `Transfer-Encoding:${' '.repeat(200)}chunked${' '.repeat(200)}`,
    chunked,
  ],
]

const oneLineCases = rows.map(([id, what, fields, expected]): SmugglingCase => ({
  id,
  what,
  rfc: id.includes('COLON') ? 'RFC 9112 §5.1' : id.includes('FOLD') ? 'RFC 9112 §5.2' : 'RFC 9112 §6.1',
  bytes: post([fields], `${chunk('hello')}0\r\n\r\n`),
  expected: expected ?? refused(400),
}))

/** Names that are not Transfer-Encoding: the length alone counts, and the field must not arrive under a name a backend could take for it. */
const otherNames: readonly SmugglingCase[] = [
  ['SMUG-TRANSFER_ENCODING', 'an underscore in the name: dropped', 'Transfer_Encoding: chunked', []],
  ['NORM-UNDERSCORE-TE', 'an underscore and lower case: dropped', 'transfer_encoding: chunked', []],
  [
    'SMUG-TE-SUFFIXED-NAME',
    'a longer name is another field',
    'Transfer-Encoding-X: chunked',
    ['Transfer-Encoding-X: chunked'],
  ],
  [
    'SMUG-TE-PREFIXED-NAME',
    'a prefixed name is another field',
    'X-Transfer-Encoding: chunked',
    ['X-Transfer-Encoding: chunked'],
  ],
].map(([id, what, field, fields]): SmugglingCase => ({
  id: String(id),
  what: String(what),
  rfc: 'RFC 9110 §5.1',
  bytes: post([`Content-Length: ${hidden.length}`, String(field)], hidden),
  expected: forwarded({
    line: 'POST /attack',
    framing: 'length',
    body: hidden,
    fields: typeof fields === 'string' ? [] : (fields ?? []),
  }),
}))

const versionCases: readonly SmugglingCase[] = [
  {
    id: 'SMUG-TE-HTTP10',
    what: 'chunked in HTTP/1.0',
    rfc: 'RFC 9112 §6.1',
    bytes: post(['Transfer-Encoding: chunked'], `${chunk('hello')}0\r\n\r\n`).replace('HTTP/1.1', 'HTTP/1.0'),
    expected: refused(400),
  },
  {
    id: 'SMUG-TE-HTTP10-KEEPALIVE',
    what: 'chunked in HTTP/1.0 with keep-alive, a request behind it',
    rfc: 'RFC 9112 §6.1',
    bytes: post(['Connection: keep-alive', 'Transfer-Encoding: chunked'], `0\r\n\r\n${hidden}`).replace('1.1', '1.0'),
    expected: refused(400),
  },
]

export const transferCodingCases: readonly SmugglingCase[] = [...oneLineCases, ...otherNames, ...versionCases]
