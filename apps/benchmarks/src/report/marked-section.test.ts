import { expect, it } from 'vitest'
import { sectionOf, withSection } from './marked-section.ts'

const page = 'before\n<!-- costs:start -->\nold\n<!-- costs:end -->\n<!-- other:start -->\n<!-- other:end -->\n'

it('replaces what stands between the markers of that name and nothing else, again and again', () => {
  const once = 'before\n<!-- costs:start -->\n\nnew\n\n<!-- costs:end -->\n<!-- other:start -->\n<!-- other:end -->\n'
  expect(withSection(page, 'costs', 'new')).toBe(once)
  expect(withSection(once, 'costs', 'new')).toBe(once)
})

it('reads what stands there', () => {
  expect(sectionOf(page, 'costs')).toBe('old')
  expect(sectionOf(page, 'other')).toBe('')
})

it('refuses a page without both markers in their order', () => {
  expect(() => withSection(page, 'simulation', 'new')).toThrow(/no section between/)
  expect(() => sectionOf('<!-- costs:end --> <!-- costs:start -->', 'costs')).toThrow(/no section between/)
})
