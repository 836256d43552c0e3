import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { requestOf } from '../test/request-of.ts'
import { cookieReader, headerReader, queryReader } from './field-values.ts'

describe('cookieReader()', () => {
  const valuesIn = (lines: readonly string[], name: string): readonly string[] =>
    cookieReader(requestOf(lines.map(line => ['Cookie', line] as const)))(name)

  it.each([
    [['a=1; b=2'], 'b', ['2']],
    [['a=1; a=2'], 'a', ['1']],
    [['b=2', 'a=1'], 'a', ['1']],
    [['a=1', 'a=2'], 'a', ['1']],
    [['a="x y"; b==='], 'a', ['"x y"']],
    [['a="x y"; b==='], 'b', ['==']],
    [['a='], 'a', ['']],
    [[' a = 1 '], 'a', ['1']],
    [['A=1'], 'a', []],
    [['a; b=1'], 'a', []],
    [['=a'], '', []],
    [[' =a'], '', ['a']],
    [[], 'a', []],
    [['__proto__=1'], '__proto__', ['1']],
    [['a=1'], 'constructor', []],
  ])('%j, %s: %j', (lines, name, expected) => {
    expect(valuesIn(lines, name)).toEqual(expected)
  })

  it('looks at 200 cookies, in however many lines they come', () => {
    const cookies = Array.from({ length: 200 }, (_, index) => `c${index}=1`)
    expect(valuesIn([cookies.join('; ')], 'c199')).toEqual(['1'])
    expect(valuesIn([`first=1; ${cookies.join('; ')}`], 'c199')).toEqual([])
    expect(valuesIn([cookies.slice(0, 150).join('; '), `x=1; ${cookies.slice(150).join('; ')}`], 'c199')).toEqual([])
    expect(valuesIn([...cookies, 'late=1'], 'late')).toEqual([])
  })

  it('looks at the cookies that are whole within the first 16,384 characters', () => {
    const long = `x=${'y'.repeat(16_377)}`
    expect(valuesIn([`${long};a=12`], 'a')).toEqual(['12'])
    expect(valuesIn([`${long};a=12;b=1`], 'a')).toEqual(['12'])
    expect(valuesIn([`${long};a=123`], 'a')).toEqual([])
    expect(valuesIn([`a=${'x'.repeat(20_000)}`], 'a')).toEqual([])
  })
})

describe('queryReader()', () => {
  const valuesIn = (query: string, name: string): readonly string[] => queryReader(requestOf([], { query }))(name)

  it.each([
    ['?a=1&b=2', 'b', ['2']],
    ['a=1&a=2', 'a', ['1', '2']],
    ['?a', 'a', ['']],
    ['?a=', 'a', ['']],
    ['?a=x+y%20z', 'a', ['x y z']],
    ['?%61=%E4%B8%AD', 'a', ['中']],
    ['?a=%zz%', 'a', ['%zz%']],
    ['?a=%FF', 'a', ['\uFFFD']],
    ['?', 'a', []],
    ['', 'a', []],
    ['', '', []],
    ['a', 'a', ['']],
    ['?__proto__=1', '__proto__', ['1']],
  ])('%j, %s: %j', (query, name, expected) => {
    expect(valuesIn(query, name)).toEqual(expected)
  })

  it('reads any query as URLs do', () => {
    const piece = fc.constantFrom(
      'a',
      'b',
      '=',
      '&',
      '+',
      '%',
      '%61',
      '%e4',
      '%b8',
      '%ad',
      ';',
      '?',
      '#',
      'é',
      '__proto__',
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 20 }), fc.constantFrom('a', 'b', '', '__proto__'), (pieces, name) => {
        const query = pieces.join('')
        const expected = new URLSearchParams(query).getAll(name)
        expect(valuesIn(query, name)).toEqual(expected)
      }),
    )
  })

  it('looks at the parameters that are whole within the first 8,192 characters', () => {
    const filler = `?x=${'1'.repeat(8181)}&`
    expect(filler).toHaveLength(8185)
    expect(valuesIn(`${filler}a=12345`, 'a')).toEqual(['12345'])
    expect(valuesIn(`${filler}a=12345&b=1`, 'a')).toEqual(['12345'])
    expect(valuesIn(`${filler}a=123456`, 'a')).toEqual([])
    expect(valuesIn(`?a=${'x'.repeat(9000)}`, 'a')).toEqual([])
  })

  it('looks at 200 parameters', () => {
    const others = 'x=1&'.repeat(199)
    expect(valuesIn(`?${others}a=1&a=2`, 'a')).toEqual(['1'])
    expect(valuesIn(`?${others}x=1&a=1`, 'a')).toEqual([])
  })
})

it('headerReader() reads the values of all field lines', () => {
  const valuesOf = headerReader(
    requestOf([
      ['X-A', '1'],
      ['x-a', '2'],
    ]),
  )
  expect([valuesOf('x-a'), valuesOf('x-b')]).toEqual([['1', '2'], []])
})
