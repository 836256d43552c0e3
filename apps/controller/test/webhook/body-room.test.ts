import fc from 'fast-check'
import { expect, it } from 'vitest'
import { BodyRoom, ReviewBytes } from '../../src/webhook/body-room.ts'

it('keeps every body as it was sent, within its own bound and that of all, and gives all room back', () => {
  fc.assert(
    fc.property(
      fc.array(fc.array(fc.string({ unit: 'binary', maxLength: 12_000 }), { maxLength: 6 }), { maxLength: 5 }),
      bodies => {
        const room = new BodyRoom(60_000)
        const all = bodies.map(pieces => {
          const bytes = new ReviewBytes(room, 30_000)
          const kept: Buffer[] = []
          for (const piece of pieces.map(text => Buffer.from(text))) {
            const sum = kept.reduce((total, { length }) => total + length, piece.length)
            const added = bytes.add(piece)
            if (added === 'added') kept.push(piece)
            expect(added === 'too-many').toBe(sum > 30_000)
          }
          return { bytes, text: Buffer.concat(kept).toString('utf8') }
        })
        for (const { bytes, text } of all) {
          expect(bytes.text()).toBe(text)
          bytes.release()
        }
        expect(room.take(60_000)).toBe('taken')
        expect(room.take(1)).toBe('no-room')
      },
    ),
  )
})

it('takes no more than twice what was sent, however small the pieces are', () => {
  const room = new BodyRoom(16_384 * 2)
  const bytes = new ReviewBytes(room, 1_000_000)
  const piece = Buffer.from('x')
  for (let sent = 0; sent < 16_385; sent += 1) expect(bytes.add(piece)).toBe('added')
  expect(room.take(1)).toBe('no-room')
  expect(bytes.text()).toBe('x'.repeat(16_385))
})
