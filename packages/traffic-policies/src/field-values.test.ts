import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { requestOf } from '../test/request-of.ts'
import { cookieValues, queryValues } from './field-values.ts'

describe('cookieValues()', () => {
  const valuesIn = (lines: readonly string[], name: string): readonly string[] =>
    cookieValues(requestOf(lines.map(line => ['Cookie', line] as const)), name)

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
})

describe('queryValues()', () => {
  const valuesIn = (query: string, name: string): readonly string[] => queryValues(requestOf([], { query }), name)

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
        const expected = query.length < 2 ? [] : new URLSearchParams(query).getAll(name)
        expect(valuesIn(query, name)).toEqual(expected)
      }),
    )
  })

  it('looks at the parameters that are whole within the first 8,192 characters', () => {
    const filler = `?${'x=1&'.repeat(2046)}`
    expect(filler).toHaveLength(8185)
    expect(valuesIn(`${filler}a=12345`, 'a')).toEqual(['12345'])
    expect(valuesIn(`${filler}a=12345&b=1`, 'a')).toEqual(['12345'])
    expect(valuesIn(`${filler}a=123456`, 'a')).toEqual([])
    expect(valuesIn(`?a=${'x'.repeat(9000)}`, 'a')).toEqual([])
  })
})
