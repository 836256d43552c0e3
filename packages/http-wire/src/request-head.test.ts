import { describe, expect, it } from 'vitest'
import { defaultHeadLimits } from './head-limits.ts'
import { parseRequestHead, type HeadFault, type RequestHead } from './request-head.ts'

const parse = (text: string): ReturnType<typeof parseRequestHead> => parseRequestHead(text, defaultHeadLimits)

function accepted(text: string): RequestHead {
  const outcome = parse(text)
  if (outcome.kind !== 'head') throw new Error(`${JSON.stringify(text)} was not accepted: ${JSON.stringify(outcome)}`)
  return outcome
}

const host = 'Host: a.test\r\n'
const get = (fields: string): string => `GET / HTTP/1.1\r\n${fields}\r\n`
const post = (fields: string): string => `POST / HTTP/1.1\r\n${host}${fields}\r\n`
const line = (requestLine: string): string => `${requestLine}\r\n${host}\r\n`

describe('parseRequestHead refuses', () => {
  const rows: readonly (readonly [what: string, text: string, fault: HeadFault, status: number])[] = [
    ['a bare CR in a value (RFC 9112 §2.2)', get(`${host}A: b\rc\r\n`), 'bare-cr', 400],
    ['a bare CR before a line end (RFC 9112 §2.2)', get(`${host}A: b\r\r\n`), 'bare-cr', 400],
    ['a bare CR instead of the empty line (RFC 9112 §2.2)', `GET / HTTP/1.1\r\n${host}\rX`, 'bare-cr', 400],
    ['a bare CR before the request line (RFC 9112 §2.2)', `\r${get(host)}`, 'bare-cr', 400],
    ['a bare LF after a field (RFC 9112 §2.2)', 'GET / HTTP/1.1\r\nHost: a.test\n\r\n', 'bare-lf', 400],
    ['a bare LF as the empty line (RFC 9112 §2.2)', `GET / HTTP/1.1\r\n${host}\n`, 'bare-lf', 400],
    ['a bare LF in a field name', get(`${host}A\nB: c\r\n`), 'bare-lf', 400],
    ['a bare LF after the target', `GET /\n${host}\r\n`, 'bare-lf', 400],
    ['a bare LF after the version', `GET / HTTP/1.1\n${host}\r\n`, 'bad-request-line', 400],
    ['an empty line of LF alone before the request line', `\n${get(host)}`, 'bad-request-line', 400],
    ['two empty lines before the request line (RFC 9112 §2.2)', `\r\n\r\n${get(host)}`, 'bad-request-line', 400],
    ['NUL in a value (RFC 9110 §5.5)', get(`${host}A: b\0c\r\n`), 'control-in-field', 400],
    ['DEL in a value (RFC 9110 §5.5)', get(`${host}A: b\x7f\r\n`), 'control-in-field', 400],
    ['vertical tab before a value (RFC 9110 §5.5)', get(`${host}A:\x0bb\r\n`), 'control-in-field', 400],
    ['NUL in a name (RFC 9110 §5.1)', get(`${host}A\0: b\r\n`), 'control-in-field', 400],
    ['NUL in the target', line('GET /\0 HTTP/1.1'), 'bad-request-line', 400],
    ['a folded value (RFC 9112 §5.2)', get(`${host}A: b\r\n c\r\n`), 'folded-field', 400],
    ['a value folded by a tab (RFC 9112 §5.2)', get(`${host}A: b\r\n\tc\r\n`), 'folded-field', 400],
    ['white space before the first field (RFC 9112 §2.2)', `GET / HTTP/1.1\r\n ${host}\r\n`, 'folded-field', 400],
    ['white space before the empty line', `GET / HTTP/1.1\r\n${host} \r\n\r\n`, 'folded-field', 400],
    ['a space before the colon (RFC 9112 §5.1)', get(`${host}A : b\r\n`), 'space-before-colon', 400],
    ['a tab before the colon (RFC 9112 §5.1)', get(`${host}A\t: b\r\n`), 'space-before-colon', 400],
    ['an empty name', get(`${host}: b\r\n`), 'empty-field-name', 400],
    ['a name that is no token (RFC 9110 §5.1)', get(`${host}A(b): c\r\n`), 'bad-field-name', 400],
    ['a name in obs-text', get(`${host}\xe4: c\r\n`), 'bad-field-name', 400],
    ['a field without a colon', get(`${host}A\r\n`), 'bad-field-name', 400],
    ['a method that is no token (RFC 9110 §9.1)', line('G(T / HTTP/1.1'), 'bad-request-line', 400],
    ['no method', line(' / HTTP/1.1'), 'bad-request-line', 400],
    ['two spaces before the target (RFC 9112 §3)', line('GET  / HTTP/1.1'), 'bad-request-line', 400],
    ['two spaces after the target (RFC 9112 §3)', line('GET /  HTTP/1.1'), 'bad-request-line', 400],
    ['a tab instead of a space (RFC 9112 §3)', line('GET\t/ HTTP/1.1'), 'bad-request-line', 400],
    ['a space after the version (RFC 9112 §3)', line('GET / HTTP/1.1 '), 'bad-request-line', 400],
    ['a space in the target (RFC 9112 §3.2)', line('GET /a b HTTP/1.1'), 'bad-request-line', 400],
    ['a target that is not ASCII (RFC 9112 §3.2)', line('GET /\xe4 HTTP/1.1'), 'target-not-ascii', 400],
    ['a fragment in the target (RFC 9112 §3.2)', line('GET /#a HTTP/1.1'), 'fragment-in-target', 400],
    ['a version in lower case (RFC 9112 §2.3)', line('GET / http/1.1'), 'bad-request-line', 400],
    ['an unknown version (RFC 9112 §2.3)', line('GET / HTTP/1.2'), 'http-version', 505],
    ['another unknown version (RFC 9112 §2.3)', line('GET / HTTP/3.0'), 'http-version', 505],
    ['a version of more digits (RFC 9112 §2.3)', line('GET / HTTP/1.10'), 'bad-request-line', 400],
    ['HTTP/0.9', 'GET /\r\n', 'http-version', 505],
    ['a preface of HTTP/2 (RFC 9113 §3.4)', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 'http-version', 505],
    ['no Host (RFC 9112 §3.2)', get(''), 'bad-host', 400],
    ['an empty Host (RFC 9110 §7.2)', get('Host:\r\n'), 'bad-host', 400],
    ['a Host that is none (RFC 9112 §3.2)', get('Host: a b\r\n'), 'bad-host', 400],
    ['a Host with user information', get('Host: u@a.test\r\n'), 'bad-host', 400],
    ['a Host with a path', get('Host: a.test/b\r\n'), 'bad-host', 400],
    ['a Host with a bad port', get('Host: a.test:99999\r\n'), 'bad-host', 400],
    ['two Hosts (RFC 9112 §3.2)', get(`${host}host: b.test\r\n`), 'duplicate-host', 400],
    ['the same Host twice (RFC 9112 §3.2)', get(host + host), 'duplicate-host', 400],
    ['a bad Host in HTTP/1.0', 'GET / HTTP/1.0\r\nHost: a b\r\n\r\n', 'bad-host', 400],
    ['an absolute form that disagrees with Host', line('GET http://b.test/ HTTP/1.1'), 'host-differs-from-target', 400],
    [
      'an absolute form with another port than Host',
      line('GET http://a.test:81/ HTTP/1.1'),
      'host-differs-from-target',
      400,
    ],
    ['an absolute form with user information', line('GET http://u@a.test/ HTTP/1.1'), 'host-differs-from-target', 400],
    ['an absolute form with user information and no Host', 'GET http://u@a.test/ HTTP/1.0\r\n\r\n', 'bad-target', 400],
    ['an absolute form without an authority', 'GET http:///x HTTP/1.0\r\n\r\n', 'bad-target', 400],
    ['an absolute form with a backslash', 'GET http://a\\b/ HTTP/1.0\r\n\r\n', 'bad-target', 400],
    ['an absolute form of another scheme', line('GET ftp://a.test/ HTTP/1.1'), 'bad-target', 400],
    ['a target that is no form at all', line('GET a HTTP/1.1'), 'bad-target', 400],
    ['authority-form outside CONNECT (RFC 9112 §3.2.3)', line('GET a.test:80 HTTP/1.1'), 'bad-target', 400],
    ['asterisk-form outside OPTIONS (RFC 9112 §3.2.4)', line('GET * HTTP/1.1'), 'bad-target', 400],
    ['origin-form with CONNECT (RFC 9112 §3.2.3)', line('CONNECT / HTTP/1.1'), 'bad-target', 400],
    ['an empty Content-Length (RFC 9110 §8.6)', post('Content-Length:\r\n'), 'bad-content-length', 400],
    ['a signed Content-Length (RFC 9110 §8.6)', post('Content-Length: +1\r\n'), 'bad-content-length', 400],
    ['a negative Content-Length (RFC 9110 §8.6)', post('Content-Length: -1\r\n'), 'bad-content-length', 400],
    ['a hexadecimal Content-Length (RFC 9110 §8.6)', post('Content-Length: 0x5\r\n'), 'bad-content-length', 400],
    ['a fraction as Content-Length (RFC 9110 §8.6)', post('Content-Length: 5.0\r\n'), 'bad-content-length', 400],
    ['a Content-Length beyond all numbers', post(`Content-Length: ${'9'.repeat(20)}\r\n`), 'bad-content-length', 400],
    ['a list as Content-Length (RFC 9112 §6.3)', post('Content-Length: 5, 5\r\n'), 'bad-content-length', 400],
    ['Content-Length with a space inside', post('Content-Length: 1 2\r\n'), 'bad-content-length', 400],
    [
      'two Content-Lengths (RFC 9112 §6.3)',
      post('Content-Length: 5\r\nContent-Length: 6\r\n'),
      'bad-content-length',
      400,
    ],
    [
      'Content-Length and Transfer-Encoding (RFC 9112 §6.1)',
      post('Content-Length: 5\r\nTransfer-Encoding: chunked\r\n'),
      'length-and-transfer-encoding',
      400,
    ],
    [
      'the same the other way round',
      post('Transfer-Encoding: x\r\nContent-Length: 5\r\n'),
      'length-and-transfer-encoding',
      400,
    ],
    [
      'chunked on HTTP/1.0 (RFC 9112 §6.1)',
      'POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n',
      'transfer-encoding-on-http-1.0',
      400,
    ],
    [
      'a coding that is not served (RFC 9112 §6.1)',
      post('Transfer-Encoding: gzip, chunked\r\n'),
      'transfer-coding-not-served',
      501,
    ],
    [
      'a last coding other than chunked (RFC 9112 §6.3)',
      post('Transfer-Encoding: chunked, gzip\r\n'),
      'bad-transfer-encoding',
      400,
    ],
    ['identity (RFC 9112 §7)', post('Transfer-Encoding: identity\r\n'), 'bad-transfer-encoding', 400],
    ['chunked twice (RFC 9112 §6.1)', post('Transfer-Encoding: chunked, chunked\r\n'), 'bad-transfer-encoding', 400],
    [
      'chunked in two fields (RFC 9112 §6.1)',
      post('Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n'),
      'bad-transfer-encoding',
      400,
    ],
    ['an empty Transfer-Encoding', post('Transfer-Encoding:\r\n'), 'bad-transfer-encoding', 400],
    ['a name that only looks like chunked', post('Transfer-Encoding: xchunked\r\n'), 'bad-transfer-encoding', 400],
    ['chunked in quotes', post('Transfer-Encoding: "chunked"\r\n'), 'bad-transfer-encoding', 400],
    ['chunked with a parameter', post('Transfer-Encoding: chunked;a=b\r\n'), 'bad-transfer-encoding', 400],
    ['chunked after a comma', post('Transfer-Encoding: ,chunked\r\n'), 'bad-transfer-encoding', 400],
    ['chunked after obs-text', post('Transfer-Encoding: \xa0chunked\r\n'), 'bad-transfer-encoding', 400],
  ]
  it.each(rows)('%s', (_, text, fault, status) => {
    expect(parse(text)).toEqual({ kind: 'malformed', fault, status })
  })

  it('a CR without LF after the version as a bad request (RFC 9112 §2.2)', () => {
    expect(parse(`GET / HTTP/1.1\rX${host}\r\n`)).toMatchObject({ kind: 'malformed', status: 400 })
  })
})

describe('parseRequestHead accepts', () => {
  it.each(['GET', 'HEAD', 'POST', 'PUT', 'GETS', 'POS', 'HEAR', 'get', "!#$%&'*+-.^_`|~09aZ"])(
    'the method %s as sent (RFC 9110 §9.1)',
    method => {
      expect(accepted(line(`${method} / HTTP/1.1`)).method).toBe(method)
    },
  )

  it.each([
    ['GET', '/', { kind: 'path', rawPath: '/', query: '', authority: undefined }],
    ['GET', '/a%2F..//b?c?d', { kind: 'path', rawPath: '/a%2F..//b', query: '?c?d', authority: undefined }],
    ['GET', '/?', { kind: 'path', rawPath: '/', query: '?', authority: undefined }],
    ['GET', '//a', { kind: 'path', rawPath: '//a', query: '', authority: undefined }],
    ['GET', 'http://a.test/b?c', { kind: 'path', rawPath: '/b', query: '?c', authority: 'a.test' }],
    ['GET', 'HTTPS://A.test', { kind: 'path', rawPath: '/', query: '', authority: 'A.test' }],
    ['GET', 'http://a.test?c', { kind: 'path', rawPath: '/', query: '?c', authority: 'a.test' }],
    ['OPTIONS', '*', { kind: 'asterisk' }],
  ])('the target of %s %s (RFC 9112 §3.2)', (method, target, expected) => {
    const head = accepted(line(`${method} ${target} HTTP/1.1`))
    expect(head.rawTarget).toBe(target)
    expect(head.target).toEqual(expected)
  })

  it('the authority form with CONNECT (RFC 9112 §3.2.3)', () => {
    expect(accepted('CONNECT a.test:80 HTTP/1.1\r\nHost: a.test:80\r\n\r\n').target).toEqual({ kind: 'authority' })
  })

  it('obs-text in values, octet for octet (RFC 9110 §5.5)', () => {
    expect(accepted(get(`${host}A: \x80\xe4\xff\r\n`)).fields.get('a')).toBe('\x80\xe4\xff')
  })

  it.each([
    ['A:b', 'b'],
    ['A: \t b \t ', 'b'],
    ['A:', ''],
    ['A: \t ', ''],
    ['A: b \t c', 'b \t c'],
    ['A: b:c: d', 'b:c: d'],
  ])('%j with the white space around its value left out (RFC 9112 §5.1)', (field, value) => {
    expect(accepted(get(`${host}${field}\r\n`)).fields.flat).toEqual(['Host', 'a.test', 'A', value])
  })

  it('one empty line before the request line, as part of the head (RFC 9112 §2.2)', () => {
    const text = `\r\n${get(host)}`
    expect(accepted(`${text}next`)).toMatchObject({ method: 'GET', length: text.length })
  })

  it('HTTP/1.0 without Host (RFC 9112 §3.2)', () => {
    const head = accepted('GET / HTTP/1.0\r\n\r\n')
    expect(head).toMatchObject({ httpVersion: '1.0', writtenHost: undefined, authority: undefined })
    expect(head.fields.count).toBe(0)
  })

  it('Host with a port, as sent and taken apart (RFC 9110 §7.2)', () => {
    const head = accepted(get('hOST: A.test:8080\r\n'))
    expect(head).toMatchObject({ writtenHost: 'A.test:8080', authority: { host: 'a.test', port: 8080 } })
  })

  it.each([
    ['', { kind: 'none' }],
    ['Content-Length: 0\r\n', { kind: 'length', bytes: 0 }],
    ['CONTENT-LENGTH: 0012\r\n', { kind: 'length', bytes: 12 }],
    ['Content-Length: 999999999999999\r\n', { kind: 'length', bytes: 999_999_999_999_999 }],
    ['Transfer-Encoding: chunked\r\n', { kind: 'chunked' }],
    ['transfer-encoding:  CHUNKED \r\n', { kind: 'chunked' }],
  ])('the framing %j (RFC 9112 §6.3)', (fields, framing) => {
    expect(accepted(post(fields)).framing).toEqual(framing)
  })
})
