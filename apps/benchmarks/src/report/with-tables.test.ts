import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { withTables } from './with-tables.ts'

it('replaces what stands between the markers and nothing else, again and again', () => {
  const page = 'before\n<!-- bench:begin -->\nold\n<!-- bench:end -->\nafter\n'
  const once = 'before\n<!-- bench:begin -->\n\nnew\n\n<!-- bench:end -->\nafter\n'
  expect(withTables(page, 'new')).toBe(once)
  expect(withTables(once, 'new')).toBe(once)
})

it('finds the section of docs/performance.md', () => {
  const page = readFileSync(new URL('../../../../docs/performance.md', import.meta.url), 'utf8')
  expect(withTables(page, 'the new tables')).toContain('<!-- bench:begin -->\n\nthe new tables\n\n<!-- bench:end -->')
})

it('refuses a page without both markers in their order', () => {
  expect(() => withTables('<!-- bench:end --> <!-- bench:begin -->', 'new')).toThrow(/no section between/)
  expect(() => withTables('<!-- bench:begin -->', 'new')).toThrow(/no section between/)
})
