import type { Parsed } from '@ingresskit/traffic-policies'
import { parseKeyValues } from './key-value-list.ts'
import { parsed } from './parsed.ts'
import { decimal, duration } from './value-readers.ts'

/** How the share of a new endpoint grows; see `slowStart` of @ingresskit/load-balancing. */
export interface SlowStartSettings {
  /** How long it takes until an endpoint has its full share. */
  readonly windowMs: number
  /** 1 = linear; above, the share grows faster at first. Default 1. */
  readonly aggression: number
  /** Share at the beginning, as a fraction of the full one. Default 0.1. */
  readonly minimum: number
}

const readWindow = duration({ from: 1000, to: 3_600_000 })

const readers = {
  aggression: { key: 'aggression', read: decimal({ from: 0.1, to: 10 }) },
  minimumPercent: { key: 'minimum', read: decimal({ from: 1, to: 100 }) },
}

/** Reads `ingresskit.dev/slow-start`: a duration from 1s to 1h, then optionally `aggression=…` and `minimum=…` (percent). */
export function parseSlowStart(text: string): Parsed<SlowStartSettings> {
  const comma = text.indexOf(',')
  const window = readWindow((comma < 0 ? text : text.slice(0, comma)).trim())
  if (window.kind === 'invalid') return window
  const rest = comma < 0 ? parsed({}) : parseKeyValues<SlowStartKeys>(text.slice(comma + 1), readers)
  if (rest.kind === 'invalid') return rest
  const { aggression = 1, minimumPercent = 10 } = rest.value as Partial<SlowStartKeys>
  return parsed({ windowMs: window.value, aggression, minimum: minimumPercent / 100 })
}

interface SlowStartKeys {
  readonly aggression: number
  readonly minimumPercent: number
}
