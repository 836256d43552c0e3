/** Where our parser and node:http in strict mode differ, and why that is meant. What is not listed here is a bug of one of them. */

/** Faults for which we refuse requests that node:http accepts or still waits for, by our word for them. */
export const requestStrictness: ReadonlyMap<string, string> = new Map([
  ['bad-host', 'node:http does not look at Host; we route by it'],
  ['duplicate-host', 'RFC 9112 §3.2: two readers may take one each'],
  ['host-differs-from-target', 'RFC 9112 §3.2.2: node:http leaves the choice to its user'],
  ['bad-request-line', 'RFC 9112 §3: node:http skips more than one space, or waits for the rest of a wrong line'],
  ['http-version', 'RFC 9112 §2.3: node:http takes HTTP/0.9, HTTP/2.0 and RTSP/1.0 too'],
  ['bad-target', 'RFC 9112 §3.2: node:http takes any form of target with any method'],
  ['fragment-in-target', 'RFC 9112 §3.2: a target has no fragment'],
  ['bare-cr', 'RFC 9112 §2.2: node:http skips CR before a request line, or waits for the byte after it'],
  ['bare-lf', 'RFC 9112 §2.2: node:http skips LF before a request line, or takes it for the end of HTTP/0.9'],
  ['bad-transfer-encoding', 'RFC 9112 §6.1: node:http takes empty list elements and anything before chunked'],
  ['transfer-coding-not-served', 'RFC 9112 §6.1: node:http takes gzip, chunked for chunked'],
  ['transfer-encoding-on-http-1.0', 'RFC 9112 §6.1: node:http takes it'],
  ['bad-content-length', 'RFC 9110 §8.6: node:http takes up to 2^64, which is above what a number holds exactly'],
  [
    'body-malformed',
    'RFC 9112 §7.1: node:http takes empty chunk extensions, sizes up to 2^64 and framing fields as trailers',
  ],
])

/** The same of answers. */
export const answerStrictness: ReadonlyMap<string, string> = new Map([
  ['bad-status-line', 'RFC 9112 §4: node:http takes other versions, empty lines before it and any phrase'],
  ['bad-transfer-encoding', 'RFC 9112 §6.3: node:http reads such a body until the connection ends'],
  ['transfer-coding-not-served', 'RFC 9112 §6.1: node:http takes gzip, chunked for chunked'],
  ['transfer-encoding-on-http-1.0', 'RFC 9112 §6.1: node:http takes it'],
  ['bad-content-length', 'RFC 9110 §8.6: node:http takes up to 2^64, which is above what a number holds exactly'],
  [
    'body-malformed',
    'RFC 9112 §7.1: node:http takes empty chunk extensions, sizes up to 2^64 and framing fields as trailers',
  ],
  ['switching-protocols', 'RFC 9110 §15.2.2: nobody asked for it; node:http takes it for an answer'],
])

/** What we accept and node:http does not, or reads otherwise, by what is in the bytes. */
const nodeStrictness: readonly { readonly pattern: RegExp; readonly reason: string }[] = [
  {
    pattern: /transfer-encoding:[^\r\n]*\t\r\n/i,
    reason: 'RFC 9110 §5.6.3: a tab after a value is white space; node:http takes it for a part of the coding',
  },
  {
    pattern: /HTTP\/1\.0 1[0-9][0-9]|HTTP\/1\.[01] 1[0-9][0-9][^]*?connection:[^]*?close/i,
    reason:
      'RFC 9110 §15.2: an interim answer is no end of the connection; node:http reads nothing after one in HTTP/1.0 or with close',
  },
  {
    pattern: /proxy-connection:[^\r\n]*close/i,
    reason: 'RFC 9112 appendix C.2.2: Proxy-Connection means nothing; node:http reads nothing after close in it',
  },
  {
    pattern: /CONNECT [^\r\n]*HTTP\/1\.[01]\r\n/,
    reason: 'RFC 9110 §9.3.6: node:http gives the connection away after CONNECT, whatever length it announces',
  },
  {
    pattern: /\r\n0+(?:;[^\r\n]*)?\r\n(?:[^\r\n]+\r\n)*?connection:[^\r\n]*close/i,
    reason:
      'RFC 9110 §6.5.1: Connection means nothing in a trailer section; node:http reads nothing after close in one',
  },
  {
    pattern: /^(?=[^]*connection:[^\r\n]*upgrade)[^]*\r\nupgrade:/i,
    reason:
      'RFC 9110 §7.8: what follows a switch that did not come about may be anything, and is not read; node:http reads what comes in a packet of its own',
  },
  {
    pattern: /connection:[^\r\n]*\t/i,
    reason: 'RFC 9110 §5.6.3: a tab around a list element is white space; node:http does not find close behind one',
  },
  {
    pattern: /^(?=[^]*HTTP\/1\.0)(?=[^]*connection:[^\r\n]*keep-alive)[^]*connection:[^\r\n]*close/i,
    reason: 'RFC 9112 §9.3: close wins; in node:http keep-alive wins in HTTP/1.0',
  },
]

/** Whether the bytes hold something that node:http reads in a way of its own. */
export function isListed(bytes: string): boolean {
  return nodeStrictness.some(({ pattern }) => pattern.test(bytes))
}
