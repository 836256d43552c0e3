/** Whether and how long a backend's connection may be used again. */

import type { AnswerHead } from './answer-head.ts'
import { isNamed, listTokens } from './field-list.ts'

/** RFC 9112 §9.3. */
export function keepsAlive({ fields, framing, httpVersion }: AnswerHead): boolean {
  if (framing.kind === 'until-close') return false
  const connection = fields.get('connection')
  if (connection === undefined) return httpVersion === '1.1'
  if (isNamed(connection, 'keep-alive') && !fields.repeats('connection')) return true
  const tokens = listTokens(fields.getAll('connection'))
  return !tokens.includes('close') && (httpVersion === '1.1' || tokens.includes('keep-alive'))
}

/** Earlier than the backend says it will close an idle connection (draft-thomson-hybi-http-timeout), never later than our own limit. */
export function idleMs({ fields }: AnswerHead, limitMs: number): number {
  const hint = fields.get('keep-alive')
  const seconds = hint === undefined ? undefined : /(?:^|[,\s])timeout\s*=\s*"?([0-9]{1,6})/i.exec(hint)?.[1]
  return seconds === undefined ? limitMs : Math.max(0, Math.min(limitMs, Number(seconds) * 1000 - 1000))
}
