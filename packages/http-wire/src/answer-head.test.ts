import { assert, constantFrom, array, integer, property, tuple } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseAnswerHead, type AnswerFault, type AnswerHead, type AnswerHeadOutcome } from './answer-head.ts'
import { defaultHeadLimits } from './head-limits.ts'

const parse = (text: string, method = 'GET'): AnswerHeadOutcome => parseAnswerHead(text, method, defaultHeadLimits)

function accepted(text: string): AnswerHead {
  const outcome = parse(text)
  if (outcome.kind !== 'head') throw new Error(`${JSON.stringify(text)} was not accepted: ${JSON.stringify(outcome)}`)
  return outcome
}

const ok = (fields: string): string => `HTTP/1.1 200 OK\r\n${fields}\r\n`

describe('parseAnswerHead refuses', () => {
  const rows: readonly (readonly [what: string, text: string, fault: AnswerFault])[] = [
    ['an unknown version (RFC 9112 §2.3)', 'HTTP/1.2 200 OK\r\n\r\n', 'bad-status-line'],
    ['HTTP/2 (RFC 9112 §2.3)', 'HTTP/2.0 200 OK\r\n\r\n', 'bad-status-line'],
    ['a version in lower case (RFC 9112 §2.3)', 'http/1.1 200 OK\r\n\r\n', 'bad-status-line'],
    ['an answer without a status line', '<html></html>', 'bad-status-line'],
    ['an empty line before the status line (RFC 9112 §2.2)', `\r\n${ok('')}`, 'bad-status-line'],
    ['two spaces before the status (RFC 9112 §4)', 'HTTP/1.1  200 OK\r\n\r\n', 'bad-status-line'],
    ['a status of two digits (RFC 9112 §4)', 'HTTP/1.1 20 OK\r\n\r\n', 'bad-status-line'],
    ['a status of four digits (RFC 9112 §4)', 'HTTP/1.1 2000 OK\r\n\r\n', 'bad-status-line'],
    ['a status below 100 (RFC 9110 §15)', 'HTTP/1.1 099 OK\r\n\r\n', 'bad-status-line'],
    ['a status that is no number (RFC 9112 §4)', 'HTTP/1.1 2xx OK\r\n\r\n', 'bad-status-line'],
    ['a phrase right after the status (RFC 9112 §4)', 'HTTP/1.1 200OK\r\n\r\n', 'bad-status-line'],
    ['a tab after the status (RFC 9112 §4)', 'HTTP/1.1 200\tOK\r\n\r\n', 'bad-status-line'],
    ['NUL in the phrase (RFC 9112 §4)', 'HTTP/1.1 200 O\0K\r\n\r\n', 'bad-status-line'],
    ['a bare LF after the status line (RFC 9112 §2.2)', 'HTTP/1.1 200 OK\nA: b\r\n\r\n', 'bad-status-line'],
    ['a bare CR in the phrase (RFC 9112 §2.2)', 'HTTP/1.1 200 O\rK\r\n\r\n', 'bare-cr'],
    ['a bare LF after a field (RFC 9112 §2.2)', 'HTTP/1.1 200 OK\r\nA: b\n\r\n', 'bare-lf'],
    ['a bare CR in a value (RFC 9112 §2.2)', ok('A: b\rc\r\n'), 'bare-cr'],
    ['a folded value (RFC 9112 §5.2)', ok('A: b\r\n c\r\n'), 'folded-field'],
    ['white space before the first field', ok(' A: b\r\n'), 'folded-field'],
    ['a space before the colon (RFC 9112 §5.1)', ok('A : b\r\n'), 'space-before-colon'],
    ['an empty name', ok(': b\r\n'), 'empty-field-name'],
    ['a name that is no token', ok('A@: b\r\n'), 'bad-field-name'],
    ['NUL in a value (RFC 9110 §5.5)', ok('A: b\0\r\n'), 'control-in-field'],
    ['a bad Content-Length (RFC 9112 §6.3)', ok('Content-Length: +5\r\n'), 'bad-content-length'],
    ['two Content-Lengths (RFC 9112 §6.3)', ok('Content-Length: 5\r\nContent-Length: 6\r\n'), 'bad-content-length'],
    [
      'both framings (RFC 9112 §6.3)',
      ok('Content-Length: 5\r\nTransfer-Encoding: chunked\r\n'),
      'length-and-transfer-encoding',
    ],
    [
      'chunked before another coding (RFC 9112 §6.3)',
      ok('Transfer-Encoding: chunked, gzip\r\n'),
      'bad-transfer-encoding',
    ],
    [
      'chunked on HTTP/1.0 (RFC 9112 §6.1)',
      'HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n',
      'transfer-encoding-on-http-1.0',
    ],
  ]
  it.each(rows)('%s', (_, text, fault) => {
    expect(parse(text)).toEqual({ kind: 'malformed', fault })
  })
})

describe('parseAnswerHead accepts', () => {
  it.each([
    ['HTTP/1.1 200 OK', { status: 200, reasonPhrase: 'OK', httpVersion: '1.1' }],
    ['HTTP/1.0 404 Not Found', { status: 404, reasonPhrase: 'Not Found', httpVersion: '1.0' }],
    ['HTTP/1.1 200 ', { status: 200, reasonPhrase: '', httpVersion: '1.1' }],
    ['HTTP/1.1 200', { status: 200, reasonPhrase: '', httpVersion: '1.1' }],
    ['HTTP/1.1 299 a\tb \xe4 c ', { status: 299, reasonPhrase: 'a\tb \xe4 c ', httpVersion: '1.1' }],
    ['HTTP/1.1 100 Continue', { status: 100, reasonPhrase: 'Continue', httpVersion: '1.1' }],
    ['HTTP/1.1 999 x', { status: 999, reasonPhrase: 'x', httpVersion: '1.1' }],
  ])('the status line %j (RFC 9112 §4)', (statusLine, expected) => {
    const text = `${statusLine}\r\nA: b\r\n\r\n`
    expect(accepted(`${text}body`)).toMatchObject({ ...expected, length: text.length })
  })

  it('fields in their order, with case, duplicates and obs-text', () => {
    const { fields } = accepted(ok('Set-Cookie: a=1\r\nX: \xff\r\nset-cookie:  b=2 \r\n'))
    expect(fields.flat).toEqual(['Set-Cookie', 'a=1', 'X', '\xff', 'set-cookie', 'b=2'])
    expect(fields.getAll('set-cookie')).toEqual(['a=1', 'b=2'])
  })
})

describe('the limits of an answer head', () => {
  const withHead = (bytes: number): string => ok(`A: ${'b'.repeat(bytes - ok('A: \r\n').length)}\r\n`)

  it('let 16 KiB pass, whatever follows, and refuse one octet more, whole or not', () => {
    const tooLong = { kind: 'malformed', fault: 'head-too-long' }
    expect(accepted(`${withHead(16_384)}${'x'.repeat(40_000)}`).length).toBe(16_384)
    expect(parse(withHead(16_385))).toEqual(tooLong)
    expect(parse(withHead(20_000).slice(0, 16_385))).toEqual(tooLong)
    expect(parse(withHead(20_000).slice(0, 16_384))).toEqual({ kind: 'incomplete' })
  })

  it('hold for the phrase too', () => {
    expect(parse(`HTTP/1.1 200 ${'a'.repeat(16_384)}`)).toEqual({ kind: 'malformed', fault: 'head-too-long' })
  })

  it('let 100 fields pass and refuse 101', () => {
    expect(accepted(ok('A: b\r\n'.repeat(100))).fields.count).toBe(100)
    expect(parse(ok('A: b\r\n'.repeat(101)))).toEqual({ kind: 'malformed', fault: 'too-many-fields' })
  })
})

describe('an answer head that is cut', () => {
  const heads = tuple(
    constantFrom('HTTP/1.1', 'HTTP/1.0', 'HTTP/1.2', 'HTTP/2'),
    constantFrom(' 200 OK', ' 204 ', ' 304', ' 99 x', ' 1000', ' 200\tx', ' 200 a\rb', ''),
    array(constantFrom('A: b\r\n', ' c\r\n', 'A : b\r\n', 'A: b\n', 'Content-Length: 5\r\n', 'Content-Length: x\r\n'), {
      maxLength: 3,
    }),
  ).map(([version, rest, fields]) => `${version}${rest}\r\n${fields.join('')}\r\n`)

  it('is incomplete, or refused early, and never anything else than the whole', () => {
    assert(
      property(heads, integer({ min: 0, max: 80 }), (text, at) => {
        const whole = parse(text)
        const part = parse(text.slice(0, at))
        if (at >= text.length) expect(part).toEqual(whole)
        else if (whole.kind === 'head') expect(part).toEqual({ kind: 'incomplete' })
        else expect(part.kind).not.toBe('head')
      }),
      { numRuns: 2000 },
    )
  })

  it.each(['HTTP/1.1 200 OK\r\nA: b\r\n\r\n', 'HTTP/1.0 200 \r\n\r\n', 'HTTP/1.1 200\r\nA:\r\n\r\n'])(
    'is incomplete at every octet of %j',
    text => {
      for (let at = 0; at < text.length; at++)
        expect({ at, ...parse(text.slice(0, at)) }).toEqual({ at, kind: 'incomplete' })
      expect(parse(text).kind).toBe('head')
    },
  )

  it('is refused when it can be no beginning of a status line any more', () => {
    for (const text of ['X', 'HTTQ', 'HTTP/2', 'HTTP/1.1x', 'HTTP/1.1 2x'])
      expect(parse(text)).toEqual({ kind: 'malformed', fault: 'bad-status-line' })
  })
})
