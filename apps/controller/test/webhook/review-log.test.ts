import { pino } from 'pino'
import { expect, it } from 'vitest'
import { maxLinesPerSecond } from '../../src/line-limit.ts'
import { reviewLog } from '../../src/webhook/review-log.ts'
import { reviewIngress } from '../../src/webhook/review-ingress.ts'
import { badIngress, ownClasses, review } from './support/admission-reviews.ts'

function logged(): { readonly lines: () => readonly unknown[]; readonly log: pino.Logger } {
  const texts: string[] = []
  const log = pino({ base: null, timestamp: false }, { write: text => void texts.push(text) })
  return { log, lines: () => texts.map(text => JSON.parse(text) as unknown) }
}

it('says who was refused and for which reasons, and nothing of what the Ingress contains', () => {
  const { log, lines } = logged()
  reviewLog(log, () => 0).onReview(reviewIngress(review({ object: badIngress, uid: 'u-1' }), ownClasses))
  expect(lines()).toEqual([
    {
      level: 30,
      msg: 'review',
      uid: 'u-1',
      verdict: 'denied',
      reasons: ['AnnotationInvalid', 'AnnotationNotSupported'],
      warnings: 1,
    },
  ])
})

it('writes no more lines a second than are bearable, and then how many it left out', () => {
  const { log, lines } = logged()
  let nowMs = 5000
  const { onReview, onFailure } = reviewLog(log, () => nowMs)
  for (let sent = 0; sent < maxLinesPerSecond; sent += 1) onReview({ kind: 'malformed', message: 'no' })
  onReview({ kind: 'malformed', message: 'no' })
  onFailure({ status: 503, message: 'full' })
  expect(lines()).toHaveLength(maxLinesPerSecond)
  nowMs = 6000
  onFailure({ status: 503, message: 'full' })
  expect(lines().slice(maxLinesPerSecond)).toEqual([
    { level: 40, msg: 'reviews came faster than they are logged', leftOut: 2 },
    { level: 40, msg: 'full', status: 503, message: 'full' },
  ])
})
