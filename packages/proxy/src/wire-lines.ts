/** Field lines as they were received, for a head that passes most of them on. */

import type { WireFields } from '@ingresskit/http-wire'
import { kindAt } from './field-kind.ts'

/** The lines of the fields of none of these kinds, in as few slices as possible. */
export function linesWithout(fields: WireFields, kinds: number): string {
  const { count, text } = fields
  let lines = ''
  let from = 0
  for (let index = 0; index < count; index++) {
    if ((kindAt(text, fields.nameStart(index), fields.nameEnd(index)) & kinds) === 0) continue
    if (from < index) lines += fields.lines(from, index)
    from = index + 1
  }
  return from < count ? lines + fields.lines(from, count) : lines
}
