import { expect, it } from 'vitest'
import { firstDifference } from './first-difference.ts'

it('says nothing about equal texts', () => {
  expect(firstDifference('a\nb', 'a\nb')).toBe('')
})

it('shows both sides from the first line that differs', () => {
  expect(firstDifference('a\nb\nc', 'a\nx\nc')).toBe(
    ['    at line 2:', '    - b', '    - c', '    + x', '    + c'].join('\n'),
  )
})

it('sees lines that only one of the texts has', () => {
  expect(firstDifference('a', 'a\nb')).toContain('+ b')
  expect(firstDifference('a\nb', 'a')).toContain('- b')
})
