import { expect, it } from 'vitest'
import { recentValues } from './recent-values.ts'

it('computes a value once while it is remembered, and forgets the one unused for longest', () => {
  const computed: string[] = []
  const recent = recentValues<string>(2)
  const get = (key: string): string =>
    recent.get(key, text => {
      computed.push(text)
      return text.toUpperCase()
    })
  expect(['a', 'b', 'a', 'c', 'a', 'b'].map(get)).toEqual(['A', 'B', 'A', 'C', 'A', 'B'])
  expect(computed).toEqual(['a', 'b', 'c', 'b'])
})

it('never holds more than its limit, whatever keys come', () => {
  const recent = recentValues<number>(10)
  for (let index = 0; index < 1000; index++) recent.get(`key ${index}`, () => index)
  recent.get('__proto__', () => 1)
  expect(recent.size).toBe(10)
})

it('tells keys apart that differ only in half a surrogate pair', () => {
  const recent = recentValues<string>(10)
  const keys = ['\uD83D', '\uD83D\uDE00', '\uDE00']
  expect(keys.map(key => recent.get(key, text => text))).toEqual(keys)
  expect(keys.map(key => recent.get(key, () => 'computed again'))).toEqual(keys)
})
