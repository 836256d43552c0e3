/** Readers of the single values that annotations are made of: durations, integers, numbers, words. */

import type { Parsed } from '@ingresskit/traffic-policies'
import type { ValueReader } from './key-value-list.ts'
import { invalid, parsed } from './parsed.ts'
import { quoted } from './unknown-fields.ts'

/** Both ends included. */
export interface Range {
  readonly from: number
  readonly to: number
}

const millisecondsPerUnit: ReadonlyMap<string, number> = new Map([
  ['ms', 1],
  ['s', 1000],
  ['m', 60_000],
  ['h', 3_600_000],
])

/** `500ms`, `30s`, `2m`, `1h` → milliseconds; the range is in milliseconds too. */
export function duration({ from, to }: Range): ValueReader<number> {
  return text => {
    const [, digits = '', unit = ''] = /^(\d{1,9})(ms|s|m|h)$/u.exec(text) ?? []
    const valueMs = digits === '' ? Number.NaN : Number(digits) * (millisecondsPerUnit.get(unit) ?? Number.NaN)
    if (valueMs >= from && valueMs <= to) return parsed(valueMs)
    return invalid(
      `${quoted(text)} is no duration from ${describeMs(from)} to ${describeMs(to)}; write it like 500ms, 30s or 2m`,
    )
  }
}

/** Digits only, as in `10`. */
export function integer({ from, to }: Range): ValueReader<number> {
  return text => {
    const value = /^\d{1,10}$/u.test(text) ? Number(text) : Number.NaN
    if (value >= from && value <= to) return parsed(value)
    return invalid(`${quoted(text)} is no integer from ${from} to ${to}`)
  }
}

/** A decimal number without exponent, as in `1.25`. */
export function decimal({ from, to }: Range): ValueReader<number> {
  return text => {
    const value = /^\d{1,9}(?:\.\d{1,9})?$/u.test(text) ? Number(text) : Number.NaN
    if (value >= from && value <= to) return parsed(value)
    return invalid(`${quoted(text)} is no number from ${from} to ${to}`)
  }
}

/** One of a closed set of words. */
export function word<W extends string>(words: readonly W[]): ValueReader<W> {
  return text => {
    const value = words.find(known => known === text)
    return value === undefined ? invalid(`${quoted(text)} is not known; use ${words.join(', ')}`) : parsed(value)
  }
}

/** A truth value as ingress-nginx reads it: what Go's `strconv.ParseBool` takes. */
export const truth: ValueReader<boolean> = (text): Parsed<boolean> => {
  if (/^(?:1|t|T|true|TRUE|True)$/u.test(text)) return parsed(true)
  if (/^(?:0|f|F|false|FALSE|False)$/u.test(text)) return parsed(false)
  return invalid(`${quoted(text)} is neither "true" nor "false"`)
}

/** Text that a pattern accepts whole; `expected` completes the sentence "… is no". */
export function pattern(expression: RegExp, expected: string): ValueReader<string> {
  return text => (expression.test(text) ? parsed(text) : invalid(`${quoted(text)} is no ${expected}`))
}

function describeMs(ms: number): string {
  return ms > 0 && ms % 1000 === 0 ? `${ms / 1000}s` : `${ms}ms`
}
