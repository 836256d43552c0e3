import { describe, expect, it } from 'vitest'
import { messageOf, valueOf } from '../test/request-of.ts'
import { parseMethods } from './parse-methods.ts'

describe('parseMethods()', () => {
  it.each([
    ['GET', ['GET']],
    ['get, Post ,PATCH', ['GET', 'POST', 'PATCH']],
    ['GET,get,', ['GET']],
    ['purge, M-SEARCH', ['purge', 'M-SEARCH']],
  ])('reads %j', (text, methods) => {
    expect(valueOf(parseMethods(text))).toEqual(methods)
  })

  it.each([
    ['', 'no method'],
    [' , ', 'no method'],
    ['GET POST', '"GET POST" is not a method'],
    ['GÉT', 'is not a method'],
    [Array.from({ length: 17 }, (_, index) => `M${index}`).join(), 'at most 16'],
  ])('refuses %j', (text, reason) => {
    expect(messageOf(parseMethods(text))).toContain(reason)
  })
})
