/** Fields that a client declares hop-by-hop, and connections it wants turned into something else (RFC 9110 §7.6.1, §7.8). */

import { chunk, forwarded, hidden, message, post, type Expected, type SmugglingCase } from './smuggling-case.ts'

const passes = (...fields: readonly string[]): Expected => forwarded({ line: 'GET /attack', fields })
const closing = (...fields: readonly string[]): Expected => ({
  kind: 'forwarded',
  requests: [{ line: 'GET /attack', fields }],
  closes: true,
})

/** Fields of a GET without body. */
const nominated: readonly (readonly [id: string, what: string, fields: readonly string[], expected: Expected])[] = [
  [
    'SMUG-CONN-NOMINATES-OWN',
    'a field of the client: dropped',
    ['Connection: X-Own', 'X-Own: 1', 'X-Kept: 1'],
    passes('X-Kept: 1'),
  ],
  ['SMUG-CONN-NOMINATES-CASE', 'the same in odd case', ['Connection: x-OWN', 'X-Own: 1'], passes()],
  [
    'SMUG-CONN-NOMINATES-TWICE',
    'two Connection fields',
    ['Connection: X-A', 'X-A: 1', 'Connection: X-B', 'X-B: 1'],
    passes(),
  ],
  [
    'SMUG-CONN-NOMINATES-XFF',
    'X-Forwarded-For: the proxy still sets it',
    ['Connection: X-Forwarded-For', 'X-Forwarded-For: 6.6.6.6'],
    passes(),
  ],
  ['SMUG-CONN-NOMINATES-REAL-IP', 'X-Real-IP: the proxy still sets it', ['Connection: X-Real-IP'], passes()],
  ['SMUG-CONN-NOMINATES-REQUEST-ID', 'X-Request-ID: the proxy still sets it', ['Connection: X-Request-ID'], passes()],
  ['SMUG-CONN-NOMINATES-HOST', 'Host stays', ['Connection: Host'], passes()],
  ['SMUG-CONN-NOMINATES-COOKIE', 'Cookie stays', ['Connection: Cookie', 'Cookie: a=1'], passes('Cookie: a=1')],
  [
    'SMUG-CONN-NOMINATES-AUTH',
    'Authorization stays',
    ['Connection: Authorization', 'Authorization: Basic eA=='],
    passes('Authorization: Basic eA=='),
  ],
  [
    'SMUG-CONN-NOMINATES-CONTENT-TYPE',
    'Content-Type stays',
    ['Connection: Content-Type', 'Content-Type: a/b'],
    passes('Content-Type: a/b'),
  ],
  ['SMUG-CONN-EMPTY', 'an empty Connection', ['Connection:'], passes()],
  ['SMUG-CONN-ONLY-COMMAS', 'only empty elements', ['Connection: , ,'], passes()],
  ['SMUG-CONN-UNKNOWN', 'a word that names nothing', ['Connection: nothing'], passes()],
  ['COMP-CONNECTION-CLOSE', 'close', ['Connection: close'], closing()],
  ['SMUG-CONN-CLOSE-CASE', 'CLOSE among others', ['Connection: x, CLOSE, y'], closing()],
  ['SMUG-CONN-CLOSE-AND-KEEPALIVE', 'close and keep-alive: close wins', ['Connection: keep-alive, close'], closing()],
  ['SMUG-HOP-KEEP-ALIVE', 'Keep-Alive is dropped', ['Keep-Alive: timeout=600, max=1'], passes()],
  ['SMUG-HOP-PROXY-CONNECTION', 'Proxy-Connection is dropped and means nothing', ['Proxy-Connection: close'], passes()],
  ['SMUG-HOP-PROXY-AUTHORIZATION', 'Proxy-Authorization is dropped', ['Proxy-Authorization: Basic eA=='], passes()],
  ['SMUG-HOP-TE', 'TE without trailers is dropped', ['TE: gzip'], passes()],
  ['SMUG-HOP-TRAILER', 'Trailer is dropped', ['Trailer: X'], passes()],
]

const webSocket = [
  'Connection: Upgrade',
  'Upgrade: websocket',
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
  'Sec-WebSocket-Version: 13',
]
const key = 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=='
const version = 'Sec-WebSocket-Version: 13'

const declined: Expected = {
  kind: 'forwarded',
  requests: [{ line: 'GET /attack', fields: [key, version], upgrade: 'websocket' }],
  closes: true,
}

const upgrades: readonly SmugglingCase[] = (
  [
    [
      'SMUG-UPGRADE-H2C',
      'h2c, as RFC 7540 had it: an ordinary request',
      message('GET /attack', [
        'Connection: Upgrade, HTTP2-Settings',
        'Upgrade: h2c',
        'HTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA',
      ]),
      passes(),
    ],
    [
      'SMUG-UPGRADE-H2C-NO-SETTINGS',
      'h2c nominated without its settings',
      message('GET /attack', ['Connection: Upgrade', 'Upgrade: h2c', 'HTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA']),
      passes(),
    ],
    [
      'SMUG-UPGRADE-H2C-PIPELINED',
      'h2c with a request behind it: never sent, as whoever asked may switch on its own',
      message('GET /attack', ['Connection: Upgrade, HTTP2-Settings', 'Upgrade: h2c', 'HTTP2-Settings: AAA']) + hidden,
      closing(),
    ],
    [
      'SMUG-UPGRADE-H2C-AND-WEBSOCKET',
      'h2c beside websocket',
      message('GET /attack', ['Connection: Upgrade', 'Upgrade: websocket, h2c', key, version]),
      passes(key, version),
    ],
    ['SMUG-UPGRADE-H2', 'h2 by its TLS name', message('GET /attack', ['Connection: Upgrade', 'Upgrade: h2']), passes()],
    [
      'SMUG-UPGRADE-TLS',
      'TLS/1.0 (RFC 2817)',
      message('GET /attack', ['Connection: Upgrade', 'Upgrade: TLS/1.0']),
      passes(),
    ],
    [
      'SMUG-UPGRADE-HTTP11',
      'HTTP/1.1 itself',
      message('GET /attack', ['Connection: Upgrade', 'Upgrade: HTTP/1.1']),
      passes(),
    ],
    [
      'COMP-UPGRADE-UNKNOWN',
      'an unknown protocol',
      message('GET /attack', ['Connection: Upgrade', 'Upgrade: magic/9']),
      passes(),
    ],
    [
      'COMP-UPGRADE-MISSING-CONN',
      'websocket without Connection: Upgrade',
      message('GET /attack', ['Upgrade: websocket', key, version]),
      passes(key, version),
    ],
    [
      'COMP-UPGRADE-INVALID-VER',
      'a version of WebSocket that does not exist',
      message('GET /attack', ['Connection: Upgrade', 'Upgrade: websocket', key, 'Sec-WebSocket-Version: 99']),
      passes(key, 'Sec-WebSocket-Version: 99'),
    ],
    [
      'SMUG-UPGRADE-BAD-KEY',
      'a key that is none',
      message('GET /attack', ['Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Key: x', version]),
      passes('Sec-WebSocket-Key: x', version),
    ],
    [
      'SMUG-UPGRADE-TWICE',
      'two Upgrade fields',
      message('GET /attack', ['Connection: Upgrade', 'Upgrade: websocket', 'Upgrade: h2c', key, version]),
      passes(key, version),
    ],
    [
      'COMP-UPGRADE-HTTP10',
      'websocket in HTTP/1.0',
      message('GET /attack', webSocket).replace('HTTP/1.1', 'HTTP/1.0'),
      closing(key, version),
    ],
    [
      'COMP-UPGRADE-POST',
      'websocket with POST',
      post([...webSocket, 'Content-Length: 5'], 'hello'),
      forwarded({ line: 'POST /attack', fields: [key, version], framing: 'length', body: 'hello' }),
    ],
    [
      'SMUG-UPGRADE-CL-BODY',
      'websocket with a body that is a request',
      message('GET /attack', [...webSocket, `Content-Length: ${hidden.length}`], hidden),
      forwarded({ line: 'GET /attack', fields: [key, version], framing: 'length', body: hidden }),
    ],
    [
      'SMUG-UPGRADE-TE-BODY',
      'websocket with chunks',
      message('GET /attack', [...webSocket, 'Transfer-Encoding: chunked'], `${chunk(hidden)}0\r\n\r\n`),
      forwarded({ line: 'GET /attack', fields: [key, version], framing: 'chunked', body: hidden }),
    ],
    [
      'SMUG-UPGRADE-REJECTED-PIPELINED',
      'a request behind a handshake that the backend declines: never sent',
      message('GET /attack', webSocket) + hidden,
      declined,
    ],
    [
      'SMUG-UPGRADE-EARLY-FRAMES',
      'frames behind a handshake that the backend declines: never sent',
      `${message('GET /attack', webSocket)}\x81\x85\x00\x00\x00\x00hello`,
      declined,
    ],
  ] as const
).map(([id, what, bytes, expected]) => ({ id, what, rfc: 'RFC 9110 §7.8', bytes, expected }))

const framing: readonly SmugglingCase[] = [
  {
    id: 'SMUG-CONN-NOMINATES-CL',
    what: 'Content-Length stays',
    rfc: 'RFC 9110 §7.6.1',
    bytes: post(['Connection: Content-Length', `Content-Length: ${hidden.length}`], hidden),
    expected: forwarded({ line: 'POST /attack', framing: 'length', body: hidden }),
  },
  {
    id: 'SMUG-CONN-NOMINATES-TE',
    what: 'Transfer-Encoding stays',
    rfc: 'RFC 9110 §7.6.1',
    bytes: post(['Connection: Transfer-Encoding', 'Transfer-Encoding: chunked'], `${chunk(hidden)}0\r\n\r\n`),
    expected: forwarded({ line: 'POST /attack', framing: 'chunked', body: hidden }),
  },
  {
    id: 'SMUG-CONN-NOMINATES-EXPECT',
    what: 'Expect: it is never forwarded',
    rfc: 'RFC 9110 §7.6.1',
    bytes: post(['Connection: Expect', 'Expect: 100-continue', 'Content-Length: 5'], 'hello'),
    expected: forwarded({ line: 'POST /attack', framing: 'length', body: 'hello' }),
  },
  {
    id: 'SMUG-CONN-CLOSE-PIPELINED',
    what: 'a request behind one that said close: never sent',
    rfc: 'RFC 9112 §9.6',
    bytes: message('GET /attack', ['Connection: close']) + hidden,
    expected: closing(),
  },
]

export const nominatedFieldCases: readonly SmugglingCase[] = [
  ...nominated.map(([id, what, fields, expected]) => ({
    id,
    what,
    rfc: 'RFC 9110 §7.6.1',
    bytes: message('GET /attack', fields),
    expected,
  })),
  ...framing,
]
export const upgradeCases: readonly SmugglingCase[] = upgrades
