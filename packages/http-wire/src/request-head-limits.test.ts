import { array, assert, constantFrom, integer, property, string, stringMatching, tuple } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { FieldList } from './field-list.ts'
import { defaultHeadLimits } from './head-limits.ts'
import { parseRequestHead, type RequestHead } from './request-head.ts'

const parse = (text: string): ReturnType<typeof parseRequestHead> => parseRequestHead(text, defaultHeadLimits)

function accepted(text: string): RequestHead {
  const outcome = parse(text)
  if (outcome.kind !== 'head') throw new Error(`${JSON.stringify(text)} was not accepted: ${JSON.stringify(outcome)}`)
  return outcome
}

const tooLongLine = { kind: 'malformed', fault: 'request-line-too-long', status: 414 }
const tooLongHead = { kind: 'malformed', fault: 'head-too-long', status: 431 }
const tooMany = { kind: 'malformed', fault: 'too-many-fields', status: 431 }

describe('the limits of a request head', () => {
  const withLine = (bytes: number): string =>
    `GET /${'a'.repeat(bytes - 'GET / HTTP/1.1'.length)} HTTP/1.1\r\nHost: a\r\n\r\n`

  it('let a request line of 8 KiB pass', () => {
    expect(parse(withLine(8192)).kind).toBe('head')
  })

  it('refuse a request line of one octet more than 8 KiB', () => {
    expect(parse(withLine(8193))).toEqual(tooLongLine)
  })

  it('refuse a target or a method without an end as soon as the line is too long', () => {
    expect(parse(`GET /${'a'.repeat(8192)}`)).toEqual(tooLongLine)
    expect(parse('G'.repeat(8193))).toEqual(tooLongLine)
    expect(parse(`GET /${'a'.repeat(8000)}`)).toEqual({ kind: 'incomplete' })
  })

  const withHead = (bytes: number): string => {
    const rest = 'GET / HTTP/1.1\r\nHost: a\r\nA: \r\n\r\n'
    return `GET / HTTP/1.1\r\nHost: a\r\nA: ${'b'.repeat(bytes - rest.length)}\r\n\r\n`
  }

  it('let a head of 16 KiB pass, whatever follows it', () => {
    expect(accepted(withHead(16_384)).length).toBe(16_384)
    expect(accepted(`${withHead(16_384)}${'x'.repeat(40_000)}`).length).toBe(16_384)
  })

  it('refuse a head of one octet more than 16 KiB, whole or not', () => {
    expect(parse(withHead(16_385))).toEqual(tooLongHead)
    expect(parse(withHead(20_000).slice(0, 16_385))).toEqual(tooLongHead)
    expect(parse(withHead(20_000).slice(0, 16_384))).toEqual({ kind: 'incomplete' })
  })

  it('let 100 fields pass and refuse 101, whole or not', () => {
    const withFields = (count: number): string => `GET / HTTP/1.1\r\nHost: a\r\n${'A: b\r\n'.repeat(count - 1)}`
    expect(accepted(`${withFields(100)}\r\n`).fields.count).toBe(100)
    expect(parse(`${withFields(101)}\r\n`)).toEqual(tooMany)
    expect(parse(withFields(101))).toEqual(tooMany)
    expect(parse(withFields(100))).toEqual({ kind: 'incomplete' })
  })

  it('are those that are given', () => {
    const limits = { maxRequestLineBytes: 20, maxHeadBytes: 40, maxFieldCount: 2 }
    const withFields = (fields: string): string => `GET / HTTP/1.1\r\nHost: a\r\n${fields}\r\n`
    expect(parseRequestHead(withFields('A: b\r\n'), limits).kind).toBe('head')
    expect(parseRequestHead(withFields('A:b\r\nC:\r\n'), limits)).toEqual(tooMany)
    expect(parseRequestHead(withFields(`A: ${'b'.repeat(20)}\r\n`), limits)).toEqual(tooLongHead)
    expect(parseRequestHead('GET /aaaaaaaaaaaaaaaaaaaaaa HTTP/1.1\r\nHost: a\r\n\r\n', limits)).toEqual(tooLongLine)
  })
})

const fieldName = stringMatching(/^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,12}$/)
const fieldValue = string({
  unit: constantFrom('a', 'B', '0', ' ', '\t', ',', ';', '"', ':', '\x80', '\xff'),
  maxLength: 12,
})
const fieldLists = array(tuple(fieldName, fieldValue), { maxLength: 30 }).map(pairs =>
  // These decide whether a head is accepted at all.
  pairs.filter(([name]) => !['host', 'content-length', 'transfer-encoding'].includes(name.toLowerCase())),
)
const trimmed = (value: string): string => value.replace(/^[ \t]+|[ \t]+$/g, '')
const headOf = (pairs: readonly (readonly [string, string])[]): string =>
  `GET / HTTP/1.1\r\nHost: a\r\n${pairs.map(([name, value]) => `${name}:${value}\r\n`).join('')}\r\n`

describe('the fields of a request head', () => {
  it('keep their order, case and duplicates', () => {
    assert(
      property(fieldLists, pairs => {
        const expected = pairs.flatMap(([name, value]) => [name, trimmed(value)])
        const { fields } = accepted(headOf(pairs))
        expect(fields.flat).toEqual(['Host', 'a', ...expected])
        expect([...fields].flat()).toEqual(fields.flat)
        expect(fields.count).toBe(pairs.length + 1)
      }),
    )
  })

  it('are looked up as in a list of pairs, with names of every case and names that are not there', () => {
    const few = array(tuple(constantFrom('A', 'a', 'Ab', 'aB', 'x-Y', 'X-y', '_', '~', '1'), fieldValue), {
      maxLength: 12,
    })
    const names = ['a', 'ab', 'x-y', '_', '~', '1', 'b', '^', '@', 'host', 'content-length']
    assert(
      property(few, fieldName, (pairs, other) => {
        const { fields } = accepted(headOf(pairs))
        const list = new FieldList(fields.flat)
        const all = [['Host', 'a'], ...pairs] as const
        for (const lowerName of [...names, other.toLowerCase()]) {
          const values = all.filter(([name]) => name.toLowerCase() === lowerName).map(([, value]) => trimmed(value))
          for (const found of [fields, list]) {
            expect(found.get(lowerName)).toBe(values[0])
            expect(found.getAll(lowerName)).toEqual(values)
            expect(found.has(lowerName)).toBe(values.length > 0)
            expect(found.repeats(lowerName)).toBe(values.length > 1)
          }
        }
      }),
    )
  })

  it('are found whatever field stands beside them', () => {
    assert(
      property(fieldLists, pairs => {
        const { fields } = accepted(headOf(pairs))
        for (const [name] of pairs) expect(fields.has(name.toLowerCase())).toBe(true)
      }),
    )
  })

  it('are none of an object: names of its prototype are names like others', () => {
    const { fields } = accepted(
      headOf([
        ['__proto__', 'a'],
        ['constructor', 'b'],
      ]),
    )
    expect(fields.get('__proto__')).toBe('a')
    expect(fields.get('constructor')).toBe('b')
    expect(fields.get('tostring')).toBeUndefined()
  })
})

describe('a request head that is cut', () => {
  const heads = tuple(
    constantFrom('', '\r\n'),
    constantFrom('GET', 'POST', 'OPTIONS', 'G(T', ''),
    constantFrom('/', '*', 'http://a/b', '/a b', '/#', ''),
    constantFrom('HTTP/1.1', 'HTTP/1.0', 'HTTP/2.0', 'HTTP/1.10', 'http/1.1', ''),
    array(
      constantFrom(
        'Host: a\r\n',
        'Host:\r\n',
        'A: b\r\n',
        ' c\r\n',
        'A : b\r\n',
        'A: b\n',
        'A: b\rc\r\n',
        'A\0: b\r\n',
        'A:\x00\r\n',
        'Content-Length: 5\r\n',
        'Content-Length: x\r\n',
        'Transfer-Encoding: chunked\r\n',
        ': b\r\n',
      ),
      { maxLength: 4 },
    ),
  ).map(
    ([before, method, target, version, fields]) => `${before}${method} ${target} ${version}\r\n${fields.join('')}\r\n`,
  )

  it('is incomplete, or refused early, and never anything else than the whole', () => {
    assert(
      property(heads, integer({ min: 0, max: 200 }), (text, at) => {
        const whole = parse(text)
        const part = parse(text.slice(0, at))
        if (at >= text.length) expect(part).toEqual(whole)
        else if (whole.kind === 'head') expect(part).toEqual(at < whole.length ? { kind: 'incomplete' } : whole)
        else if (whole.kind === 'incomplete') expect(part.kind).toBe('incomplete')
        else expect(part.kind).not.toBe('head')
      }),
      { numRuns: 2000 },
    )
  })

  it.each(['PRI * HTTP/2.0\r\n\r\n', 'GET / HTTP/1.2\r\n\r\n', 'GET / HTTP/1.1\rX', 'GET / HTTP/1.1\nHost: a\n\n'])(
    'is refused with the status of the whole, if early: %j',
    text => {
      const whole = parse(text)
      const parts = text.split('').map((_, at) => parse(text.slice(0, at)))
      expect(
        parts.filter(({ kind }) => kind !== 'incomplete').every(part => JSON.stringify(part) === JSON.stringify(whole)),
      ).toBe(true)
    },
  )

  it('is incomplete at every octet of a head that is accepted', () => {
    const text = '\r\nPOST /a?b HTTP/1.1\r\nHost: a.test:80\r\nContent-Length: 3\r\nA:\t b\xff c \r\n\r\n'
    for (let at = 0; at < text.length; at++)
      expect({ at, ...parse(text.slice(0, at)) }).toEqual({ at, kind: 'incomplete' })
    expect(parse(text).kind).toBe('head')
  })
})
