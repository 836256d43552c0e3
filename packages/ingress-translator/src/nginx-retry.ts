import type { Parsed } from '@ingresskit/traffic-policies'
import { nginxPrefix, type AnnotationPlace } from './annotation.ts'
import type { AnnotationReader } from './annotation-reader.ts'
import { invalid, parsed } from './parsed.ts'
import { retryDefaults, type RetryReason, type RetrySettings } from './retry-settings.ts'
import { maxAttempts } from './retry.ts'
import { quoted } from './unknown-fields.ts'
import { integer } from './value-readers.ts'

/** The annotations that `readNginxRetry` reads, without prefix. */
export const nginxRetryNames = [
  'proxy-next-upstream',
  'proxy-next-upstream-timeout',
  'proxy-next-upstream-tries',
] as const

const nextUpstream = `${nginxPrefix}proxy-next-upstream`
const timeout = `${nginxPrefix}proxy-next-upstream-timeout`
const tries = `${nginxPrefix}proxy-next-upstream-tries`
const parseNumber = integer({ from: 0, to: 86_400 })
const defaultTries = 3 // As in ingress-nginx.

/** What nginx retries on when only the number or the time is given. */
const defaultConditions = 'error timeout'

/**
 * Reads `proxy-next-upstream`, `-tries` and `-timeout`; absent when the Ingress has none of them.
 *
 * A bad value is a problem and counts as absent. 0 tries or seconds: no limit, which here is `maxAttempts` endpoints.
 */
export function readNginxRetry(
  reader: AnnotationReader,
): { readonly value: RetrySettings; readonly place: AnnotationPlace } | undefined {
  const first = [nextUpstream, tries, timeout].find(annotation => reader.has(annotation))
  if (first === undefined) return undefined
  const conditions =
    reader.read(nextUpstream, parseConditions, `"${defaultConditions}" is used`) ??
    conditionsOf(defaultConditions.split(' '))
  const attempts = reader.read(tries, parseNumber, `${defaultTries} is used`) ?? defaultTries
  const seconds = reader.read(timeout, parseNumber, 'there is no limit of time') ?? 0
  const limit = attempts === 0 ? maxAttempts : Math.min(attempts, maxAttempts)
  return {
    value: {
      ...retryDefaults,
      attempts: conditions.isOff ? 1 : limit,
      on: conditions.on,
      statuses: conditions.statuses,
      methods: conditions.methods,
      ...(seconds === 0 ? {} : { withinMs: seconds * 1000 }),
    },
    place: reader.place(first),
  }
}

interface Conditions extends Pick<RetrySettings, 'on' | 'statuses' | 'methods'> {
  readonly isOff: boolean
}

const reasonsOf: ReadonlyMap<string, readonly RetryReason[]> = new Map([
  ['error', ['connect', 'reset']],
  ['timeout', ['timeout']],
  ['invalid_header', ['invalid']],
])

/** The words of nginx's directive `proxy_next_upstream` that ingress-nginx takes. */
function parseConditions(text: string): Parsed<Conditions> {
  const words = text.split(/\s+/u)
  const bad = words.find(
    word =>
      !reasonsOf.has(word) &&
      !/^http_(?:403|404|429|500|502|503|504)$/u.test(word) &&
      word !== 'non_idempotent' &&
      word !== 'off',
  )
  if (bad !== undefined) {
    return invalid(
      `${quoted(bad)} is not known; use error, timeout, invalid_header, http_500, http_502, http_503, http_504, http_403, http_404, http_429, non_idempotent or off`,
    )
  }
  return parsed(conditionsOf(words))
}

function conditionsOf(words: readonly string[]): Conditions {
  const statuses = words.flatMap(word => (word.startsWith('http_') ? [Number(word.slice('http_'.length))] : []))
  const reasons = new Set(words.flatMap(word => reasonsOf.get(word) ?? []))
  return {
    isOff: words.includes('off'),
    on: (['connect', 'reset', 'timeout', 'invalid'] as const).filter(reason => reasons.has(reason)),
    statuses: [...new Set(statuses)].toSorted((a, b) => a - b),
    methods: words.includes('non_idempotent') ? 'all' : 'idempotent',
  }
}
