/** CL.TE and TE.CL: a request that says two things about where its body ends (RFC 9112 §6.1, §6.3). */

import { chunk, hidden, message, post, refused, type Expected, type SmugglingCase } from './smuggling-case.ts'

const te = 'Transfer-Encoding: chunked'
const nothing = '0\r\n\r\n'

/** `expected` is 400 unless it is given. */
const rows: readonly (readonly [id: string, what: string, bytes: string, expected?: Expected])[] = [
  ['SMUG-CL-TE-BOTH', 'both fields, and both are right', post([`Content-Length: 5`, te], nothing)],
  ['SMUG-TE-CL-BOTH', 'both fields in the other order', post([te, 'Content-Length: 5'], nothing)],
  [
    'SMUG-CLTE-PIPELINE',
    'length covers a request hidden after the last chunk',
    post([`Content-Length: ${5 + hidden.length}`, te], nothing + hidden),
  ],
  ['SMUG-CLTE-DESYNC', 'length covers one byte more than the chunks', post(['Content-Length: 6', te], `${nothing}X`)],
  [
    'SMUG-TECL-PIPELINE',
    'length ends inside the chunks, a request follows',
    post([te, 'Content-Length: 4'], chunk(hidden) + nothing),
  ],
  ['SMUG-TECL-DESYNC', 'length ends before the last chunk', post([te, 'Content-Length: 3'], `1\r\nZ\r\n${nothing}`)],
  [
    'SMUG-CLTE-SMUGGLED-GET',
    'a hidden request without its end',
    post(['Content-Length: 36', te], `${nothing}GET /hidden HTTP/1.1\r\nX: `),
  ],
  [
    'SMUG-CLTE-SMUGGLED-HEAD',
    'a hidden HEAD',
    post([`Content-Length: ${hidden.length + 6}`, te], nothing + hidden.replace('GET', 'HEAD')),
  ],
  [
    'SMUG-TECL-SMUGGLED-GET',
    'a hidden request is the only chunk',
    post(['Content-Length: 4', te], `${chunk(hidden)}${nothing}`),
  ],
  [
    'SMUG-CLTE-CONN-CLOSE',
    'both fields and Connection: close',
    post(['Connection: close', 'Content-Length: 5', te], nothing),
  ],
  [
    'SMUG-TECL-CONN-CLOSE',
    'the other order and Connection: close',
    post(['Connection: close', te, 'Content-Length: 5'], nothing),
  ],
  [
    'SMUG-CLTE-KEEPALIVE',
    'both fields and Connection: keep-alive',
    post(['Connection: keep-alive', 'Content-Length: 5', te], nothing),
  ],
  ['SMUG-CLTE-ZERO', 'a length of 0 beside chunks', post(['Content-Length: 0', te], chunk(hidden) + nothing)],
  [
    'SMUG-CLTE-FAR-APART',
    'ninety fields between the two',
    post(['Content-Length: 5', ...Array.from({ length: 90 }, (_, at) => `X-${at}: 1`), te], nothing),
  ],
  ['SMUG-CLTE-GET', 'both on GET', message('GET /attack', ['Content-Length: 5', te], nothing)],
  ['SMUG-CLTE-HEAD', 'both on HEAD', message('HEAD /attack', ['Content-Length: 5', te], nothing)],
  ['SMUG-CLTE-DELETE', 'both on DELETE', message('DELETE /attack', ['Content-Length: 5', te], nothing)],
  ['SMUG-CLTE-OPTIONS', 'both on OPTIONS', message('OPTIONS /attack', ['Content-Length: 5', te], nothing)],
  ['SMUG-CLTE-HTTP10', 'both in HTTP/1.0', post(['Content-Length: 5', te], nothing).replace('HTTP/1.1', 'HTTP/1.0')],
  ['SMUG-CLTE-SMUGGLED-GET-CL-PLUS', 'the length has a sign', post(['Content-Length: +5', te], nothing + hidden)],
  ['SMUG-CLTE-SMUGGLED-GET-CL-NON-NUMERIC', 'the length is a word', post(['Content-Length: N', te], nothing + hidden)],
  ['SMUG-CLTE-CL-EMPTY', 'the length is empty', post(['Content-Length:', te], nothing + hidden)],
  ['SMUG-CLTE-CL-TWICE', 'two lengths and a coding', post(['Content-Length: 5', te, 'Content-Length: 5'], nothing)],
  [
    'SMUG-CLTE-SMUGGLED-GET-TE-CASE-MISMATCH',
    'the coding in capitals',
    post(['Content-Length: 5', 'Transfer-Encoding: CHUNKED'], nothing + hidden),
  ],
  [
    'SMUG-CLTE-SMUGGLED-GET-TE-LEADING-COMMA',
    'an empty element before the coding',
    post(['Content-Length: 5', 'Transfer-Encoding: , chunked'], nothing + hidden),
  ],
  [
    'SMUG-CLTE-SMUGGLED-GET-TE-TRAILING-SPACE',
    'a space after the coding',
    post(['Content-Length: 5', 'Transfer-Encoding: chunked '], nothing + hidden),
  ],
  [
    'SMUG-CLTE-SMUGGLED-GET-TE-OBS-FOLD',
    'the coding on a folded line',
    post(['Content-Length: 5', 'Transfer-Encoding:\r\n chunked'], nothing + hidden),
  ],
  [
    'SMUG-CLTE-TE-IDENTITY',
    'a coding that no longer exists, and a length',
    post([`Content-Length: ${hidden.length}`, 'Transfer-Encoding: identity'], hidden),
  ],
  [
    'SMUG-CLTE-TE-EMPTY',
    'an empty coding and a length',
    post([`Content-Length: ${hidden.length}`, 'Transfer-Encoding:'], hidden),
  ],
  [
    'SMUG-CLTE-TE-UNKNOWN',
    'an unknown coding and a length',
    post([`Content-Length: ${hidden.length}`, 'Transfer-Encoding: xchunked'], hidden),
  ],
  [
    'SMUG-CLTE-TE-QUOTED',
    'a quoted coding and a length',
    post([`Content-Length: ${hidden.length}`, 'Transfer-Encoding: "chunked"'], hidden),
  ],
  [
    'SMUG-CLTE-TE-GZIP',
    'gzip, chunked and a length',
    post(['Content-Length: 5', 'Transfer-Encoding: gzip, chunked'], nothing),
    refused(400, 501),
  ],
  [
    'SMUG-CLTE-MIXED-CASE-NAMES',
    'both names in odd cases',
    post(['cOnTeNt-LeNgTh: 5', 'tRANSFER-eNCODING: chunked'], nothing),
  ],
]

export const lengthAndCodingCases: readonly SmugglingCase[] = rows.map(([id, what, bytes, expected]) => ({
  id,
  what,
  rfc: 'RFC 9112 §6.1',
  bytes,
  expected: expected ?? refused(400),
}))
