import { describe, expect, it } from 'vitest'
import { forDrawnCases } from '../../test/support/drawn-cases.ts'
import { eventText } from './event-text.ts'

const bytes = (text: string): number => Buffer.byteLength(text)

describe('the text of an event', () => {
  it.each([
    { title: 'escape sequences', text: 'red \u001b[31mtext', clean: 'red  [31mtext' },
    { title: 'line breaks', text: 'one\r\ntwo\u2028three', clean: 'one two three' },
    { title: 'marks that turn the order of letters', text: 'a\u202Eb', clean: 'a b' },
    { title: 'NUL at the ends', text: '\0name\0', clean: 'name' },
    { title: 'half a surrogate pair', text: 'a\uD83Db', clean: 'a\uFFFDb' },
  ])('has no $title', ({ text, clean }) => {
    expect(eventText(text, 1024)).toBe(clean)
  })

  it('is left alone when it is clean and short', () => {
    expect(eventText('Dienst „Läden“ 商店 🛒', 1024)).toBe('Dienst „Läden“ 商店 🛒')
    expect(eventText('x'.repeat(1024), 1024)).toBe('x'.repeat(1024))
  })

  it('is cut between code points', () => {
    expect(eventText('🛒'.repeat(300), 1024)).toBe(`${'🛒'.repeat(255)}…`)
    expect(eventText('x'.repeat(1_000_000), 1024)).toBe(`${'x'.repeat(1021)}…`)
  })

  it('never has more bytes than allowed nor a control character, whatever the text', () => {
    forDrawnCases(draw => {
      const units = draw.list(0, 120, () =>
        draw.oneOf([draw.integer(0, 0xffff), draw.integer(0, 40), draw.integer(0xd7f0, 0xe010)]),
      )
      const max = draw.integer(4, 200)
      const text = eventText(String.fromCharCode(...units), max)
      expect(bytes(text)).toBeLessThanOrEqual(max)
      expect(text).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u)
      expect(text.isWellFormed()).toBe(true)
    })
  })
})
