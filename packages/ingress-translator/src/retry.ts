import type { Parsed } from '@ingresskit/traffic-policies'
import { parseSettings, type KeyReaders, type ValueReader } from './key-value-list.ts'
import { invalid, parsed } from './parsed.ts'
import { retryDefaults, type RetryReason, type RetrySettings } from './retry-settings.ts'
import { quoted } from './unknown-fields.ts'
import { duration, integer, word } from './value-readers.ts'

/** Endpoints that are tried for one request at most, however many there are: a bound for what one request can cost. */
export const maxAttempts = 10

const reasons: readonly RetryReason[] = ['connect', 'reset', 'timeout', 'invalid']

interface RetryKeys extends Omit<RetrySettings, 'on' | 'statuses'> {
  readonly on: Pick<RetrySettings, 'on' | 'statuses'>
}

const readers: KeyReaders<RetryKeys> = {
  attempts: { key: 'attempts', read: integer({ from: 1, to: maxAttempts }) },
  on: { key: 'on', read: readCauses() },
  methods: { key: 'methods', read: word(['idempotent', 'all']) },
  withinMs: { key: 'within', read: duration({ from: 1, to: 3_600_000 }) },
  budgetPercent: { key: 'budget', read: integer({ from: 0, to: 100 }) },
  budgetMinimum: { key: 'budget-min', read: integer({ from: 0, to: 1000 }) },
}

/** Reads `ingresskit.dev/retry`: `attempts`, `on`, `methods`, `within`, `budget` (percent), `budget-min`. */
export function parseRetry(text: string): Parsed<RetrySettings> {
  const keys = parseSettings(text, readers)
  if (keys.kind === 'invalid') return keys
  const { on, ...rest } = keys.value
  return parsed({ ...retryDefaults, ...on, ...rest })
}

/** `connect+reset+503`: reasons and statuses, in any order. */
function readCauses(): ValueReader<RetryKeys['on']> {
  return text => {
    const words = new Set(text.split('+').map(part => part.trim()))
    const statuses: number[] = []
    for (const cause of words) {
      if (reasons.some(known => known === cause)) continue
      if (!/^[45]\d\d$/u.test(cause)) {
        return invalid(
          `${quoted(cause)} is no failure; join ${reasons.join(', ')} or statuses from 400 to 599 with "+"`,
        )
      }
      statuses.push(Number(cause))
    }
    return parsed({ on: reasons.filter(reason => words.has(reason)), statuses: statuses.toSorted((a, b) => a - b) })
  }
}
