/** What follows what: expectations, pipelines, and bodies that are requests to whoever ignores lengths (CL.0, 0.CL, TE.0). */

import {
  chunk,
  forwarded,
  hidden,
  message,
  post,
  refused,
  type Expected,
  type SmugglingCase,
} from './smuggling-case.ts'

const get = (path: string): string => message(`GET ${path}`, [])
const seen = (path: string): { readonly line: string } => ({ line: `GET ${path}` })
const after = (status: readonly number[], ...paths: readonly string[]): Expected => ({
  kind: 'refused',
  status,
  before: paths.map(seen),
})
const asBody = (method: string): Expected => forwarded({ line: `${method} /attack`, framing: 'length', body: hidden })
const asChunks = (method: string): Expected =>
  forwarded({ line: `${method} /attack`, framing: 'chunked', body: hidden })
const length = `Content-Length: ${hidden.length}`
const te = 'Transfer-Encoding: chunked'
const chunks = `${chunk(hidden)}0\r\n\r\n`
const withExpect = (value: string): string => post([`Expect: ${value}`, 'Content-Length: 5'], 'hello')
const fivePosted = forwarded({ line: 'POST /attack', framing: 'length', body: 'hello' })

type Row = readonly [id: string, what: string, rfc: string, bytes: string, expected: Expected]

const expectations: readonly Row[] = [
  [
    'SMUG-EXPECT-100-CL',
    '100-continue and the body at once: the field is not forwarded',
    'RFC 9110 §10.1.1',
    withExpect('100-continue'),
    fivePosted,
  ],
  ['SMUG-EXPECT-CASE', '100-continue in capitals', 'RFC 9110 §10.1.1', withExpect('100-CONTINUE'), fivePosted],
  [
    'SMUG-EXPECT-100-TE',
    '100-continue and chunks',
    'RFC 9110 §10.1.1',
    post(['Expect: 100-continue', te], chunks),
    asChunks('POST'),
  ],
  [
    'SMUG-EXPECT-100-CL-DESYNC',
    '100-continue, and the body is a request',
    'RFC 9110 §10.1.1',
    post(['Expect: 100-continue', length], hidden),
    asBody('POST'),
  ],
  [
    'SMUG-EXPECT-NO-BODY',
    '100-continue without a body',
    'RFC 9110 §10.1.1',
    message('GET /attack', ['Expect: 100-continue']),
    forwarded(seen('/attack')),
  ],
  [
    'SMUG-EXPECT-GET-BODY',
    '100-continue on GET with a body',
    'RFC 9110 §10.1.1',
    message('GET /attack', ['Expect: 100-continue', length], hidden),
    asBody('GET'),
  ],
  ['COMP-EXPECT-UNKNOWN', 'another expectation', 'RFC 9110 §10.1.1', withExpect('200-ok'), refused(417)],
  ['SMUG-EXPECT-OBFUSCATED', 'a word before it', 'RFC 9110 §10.1.1', withExpect('y 100-continue'), refused(417)],
  ['SMUG-EXPECT-PREFIX', 'a longer word', 'RFC 9110 §10.1.1', withExpect('100-continued'), refused(417)],
  ['SMUG-EXPECT-PARAM', 'a parameter', 'RFC 9110 §10.1.1', withExpect('100-continue;q=1'), refused(417)],
  ['SMUG-EXPECT-LIST', 'one more in a list', 'RFC 9110 §10.1.1', withExpect('100-continue, x'), refused(417)],
  [
    'SMUG-EXPECT-TWICE',
    'one more in a second field',
    'RFC 9110 §10.1.1',
    post(['Expect: 100-continue', 'Expect: x', 'Content-Length: 5'], 'hello'),
    refused(417),
  ],
  [
    'SMUG-EXPECT-CL-TE',
    '100-continue and two framings',
    'RFC 9112 §6.1',
    post(['Expect: 100-continue', 'Content-Length: 5', te], '0\r\n\r\n'),
    refused(400),
  ],
  [
    'SMUG-EXPECT-HTTP10',
    '100-continue in HTTP/1.0: ignored',
    'RFC 9110 §10.1.1',
    withExpect('100-continue').replace('HTTP/1.1', 'HTTP/1.0'),
    { kind: 'forwarded', requests: [{ line: 'POST /attack', framing: 'length', body: 'hello' }], closes: true },
  ],
]

const pipelines: readonly Row[] = [
  [
    'SMUG-PIPELINE-SAFE',
    'three requests at once',
    'RFC 9112 §9.3.2',
    get('/1') + get('/2') + get('/3'),
    forwarded(seen('/1'), seen('/2'), seen('/3')),
  ],
  [
    'SMUG-PIPELINE-BODIES',
    'bodies of both kinds between them',
    'RFC 9112 §9.3.2',
    post(['Content-Length: 5'], 'hello') + post([te], chunks) + get('/3'),
    forwarded(
      { line: 'POST /attack', framing: 'length', body: 'hello' },
      { line: 'POST /attack', framing: 'chunked', body: hidden },
      seen('/3'),
    ),
  ],
  [
    'SMUG-PIPELINE-HEAD',
    'HEAD between two GETs',
    'RFC 9112 §9.3.2',
    get('/1') + message('HEAD /2', []) + get('/3'),
    forwarded(seen('/1'), { line: 'HEAD /2' }, seen('/3')),
  ],
  [
    'SMUG-PIPELINE-CRLF',
    'an empty line after a body',
    'RFC 9112 §2.2',
    `${post(['Content-Length: 5'], 'hello')}\r\n${get('/2')}`,
    forwarded({ line: 'POST /attack', framing: 'length', body: 'hello' }, seen('/2')),
  ],
  [
    'SMUG-PIPELINE-GARBAGE',
    'no request behind a request',
    'RFC 9112 §3',
    `${get('/1')}GARBAGE\r\n\r\n`,
    after([400, 501, 505], '/1'),
  ],
  [
    'SMUG-PIPELINE-CLTE',
    'two framings in the second request',
    'RFC 9112 §6.1',
    get('/1') + post(['Content-Length: 5', te], '0\r\n\r\n') + hidden,
    after([400], '/1'),
  ],
  [
    'SMUG-PIPELINE-NO-HOST',
    'no Host in the second request',
    'RFC 9112 §3.2',
    `${get('/1')}GET /2 HTTP/1.1\r\n\r\n${hidden}`,
    after([400], '/1'),
  ],
  [
    'SMUG-PIPELINE-HTTP09',
    'HTTP/0.9 behind a request',
    'RFC 9112 §2.3',
    `${get('/1')}GET /2\r\n${hidden}`,
    after([400, 505], '/1'),
  ],
  [
    'SMUG-PIPELINE-AFTER-BODY',
    'one byte more than the length',
    'RFC 9112 §6.3',
    `${message('GET /attack', ['Content-Length: 4'], 'hello')} / HTTP/1.1\r\nHost: a\r\n\r\n`,
    { kind: 'refused', status: [400, 501], before: [{ line: 'GET /attack', framing: 'length', body: 'hell' }] },
  ],
  [
    'SMUG-PIPELINE-AFTER-CHUNKS',
    'bytes after the last chunk',
    'RFC 9112 §6.3',
    `${message('GET /attack', [te], chunks)}XGET /2 HTTP/1.1\r\nHost: a\r\n\r\n`,
    { kind: 'refused', status: [400, 501], before: [{ line: 'GET /attack', framing: 'chunked', body: hidden }] },
  ],
  [
    'SMUG-PIPELINE-REFUSED-FIRST',
    'requests behind a refused one: never sent',
    'RFC 9112 §9.6',
    `GET /attack HTTP/1.1\r\nHost: a b\r\n\r\n${hidden}`,
    refused(400),
  ],
  [
    'SMUG-PIPELINE-BODY-OF-REFUSED',
    'the body of a refused request is a request: never sent',
    'RFC 9112 §9.6',
    post([length, 'Expect: x'], hidden),
    refused(417),
  ],
  [
    'SMUG-PIPELINE-TRACE-BODY',
    'TRACE with a body that is a request',
    'RFC 9110 §9.3.8',
    message('TRACE /attack', [length], hidden),
    refused(400, 405),
  ],
  [
    'SMUG-PIPELINE-CONNECT-TUNNEL',
    'a request behind CONNECT: never sent',
    'RFC 9110 §9.3.6',
    `CONNECT site.test:80 HTTP/1.1\r\nHost: site.test:80\r\n\r\n${hidden}`,
    refused(400, 405),
  ],
]

const ignoredLengths: readonly Row[] = [
  [
    'SMUG-CL0-BODY-POISON',
    'POST whose body is a request (CL.0)',
    'RFC 9112 §6.2',
    post([length], hidden),
    asBody('POST'),
  ],
  [
    'SMUG-CL0-TWICE',
    'the same twice on one connection',
    'RFC 9112 §6.2',
    post([length], hidden).repeat(2),
    {
      kind: 'forwarded',
      requests: [
        { line: 'POST /attack', framing: 'length', body: hidden },
        { line: 'POST /attack', framing: 'length', body: hidden },
      ],
    },
  ],
  [
    'SMUG-GET-CL-BODY-DESYNC',
    'GET whose body is a request, and one behind it (0.CL)',
    'RFC 9110 §9.3.1',
    message('GET /attack', [length], hidden) + get('/next'),
    forwarded({ line: 'GET /attack', framing: 'length', body: hidden }, seen('/next')),
  ],
  [
    'SMUG-GET-CL-PREFIX-DESYNC',
    'GET whose body is the beginning of a request',
    'RFC 9110 §9.3.1',
    message('GET /attack', ['Content-Length: 23'], 'GET /hidden HTTP/1.1\r\nX') + get('/next'),
    forwarded({ line: 'GET /attack', framing: 'length', body: 'GET /hidden HTTP/1.1\r\nX' }, seen('/next')),
  ],
  ['SMUG-TE0-POST', 'chunks that are a request (TE.0)', 'RFC 9112 §7.1', post([te], chunks), asChunks('POST')],
  [
    'SMUG-TE0-GET',
    'GET with chunks that are a request',
    'RFC 9110 §9.3.1',
    message('GET /attack', [te], chunks),
    asChunks('GET'),
  ],
  [
    'SMUG-TE0-HEAD',
    'HEAD with chunks that are a request',
    'RFC 9110 §9.3.2',
    message('HEAD /attack', [te], chunks),
    asChunks('HEAD'),
  ],
  [
    'SMUG-TE0-OPTIONS',
    'OPTIONS with chunks that are a request',
    'RFC 9110 §9.3.7',
    message('OPTIONS /attack', [te], chunks),
    asChunks('OPTIONS'),
  ],
  [
    'SMUG-TE0-DELETE',
    'DELETE with chunks that are a request',
    'RFC 9110 §9.3.5',
    message('DELETE /attack', [te], chunks),
    asChunks('DELETE'),
  ],
  [
    'SMUG-TE0-PIPELINED',
    'chunks that are a request, and one behind them',
    'RFC 9112 §7.1',
    message('OPTIONS /attack', [te], chunks) + get('/next'),
    forwarded({ line: 'OPTIONS /attack', framing: 'chunked', body: hidden }, seen('/next')),
  ],
]

const family = (rows: readonly Row[]): readonly SmugglingCase[] =>
  rows.map(([id, what, rfc, bytes, expected]) => ({ id, what, rfc, bytes, expected }))

export const expectationCases: readonly SmugglingCase[] = family(expectations)
export const pipelineCases: readonly SmugglingCase[] = family(pipelines)
export const ignoredLengthCases: readonly SmugglingCase[] = family(ignoredLengths)
