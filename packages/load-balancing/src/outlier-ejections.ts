/** Who is ejected, until when, and how often it happened: the half of outlier detection that does not look at results. */

import type { OutlierDetectionSettings } from './outlier-detection-settings.ts'

/** An endpoint that is ejected now. */
export interface EjectedEndpoint {
  /** Key of the endpoint. */
  readonly key: string
  /** When it gets requests again. */
  readonly untilMs: number
  /** How many base ejection times this ejection lasts, before the cap. */
  readonly times: number
}

/** Ejections by key. All times come from one clock that does not run backwards. */
export interface OutlierEjections {
  /** Ejected members; replaced when it changes. */
  unhealthy(): ReadonlySet<string>
  /** The same with what is known about each. */
  ejected(): readonly EjectedEndpoint[]
  /** When the next ejection ends; `Infinity` when nobody is ejected. */
  nextReleaseMs(): number
  /** Ejects a member, unless it is ejected already or too many are. Says whether it did. */
  eject(key: string, atMs: number): boolean
  /** Ends the ejections whose time is over. */
  release(atMs: number): void
  /** Takes one of the times off for each of these interval ends that an endpoint reached in good standing. */
  forgive(ends: { readonly firstMs: number; readonly count: number; readonly intervalMs: number }): void
  /** Sets the members; who leaves ejected is remembered until the ejection is over. */
  members(keys: ReadonlySet<string>, atMs: number): void
}

/** How long, how many. */
export const outlierEjections = (
  settings: Pick<OutlierDetectionSettings, 'baseEjectionMs' | 'maxEjectionMs' | 'maxEjectionPercent'>,
): OutlierEjections => {
  const maxMs = Math.max(settings.maxEjectionMs, settings.baseEjectionMs)
  let members: ReadonlySet<string> = new Set()
  let unhealthy: ReadonlySet<string> = new Set()
  let nextReleaseMs = Number.POSITIVE_INFINITY
  /** Who was ejected and is not forgiven: members, and at most `maxRemembered` others that left while they were ejected. */
  const entries = new Map<string, Entry>()

  const atMost = (): number => Math.max(1, Math.floor((members.size * settings.maxEjectionPercent) / 100))
  const out = (): [string, Entry][] => [...entries].filter(([, { isOut }]) => isOut)
  const outMembers = (): [string, Entry][] => out().filter(([key]) => members.has(key))

  const publish = (): void => {
    nextReleaseMs = out().reduce((least, [, { untilMs }]) => Math.min(least, untilMs), Number.POSITIVE_INFINITY)
    const next = outMembers().map(([key]) => key)
    if (next.length !== unhealthy.size || !next.every(key => unhealthy.has(key))) unhealthy = new Set(next)
  }

  return {
    unhealthy: () => unhealthy,
    ejected: () => outMembers().map(([key, { untilMs, times }]) => ({ key, untilMs, times })),
    nextReleaseMs: () => nextReleaseMs,
    eject(key, atMs) {
      if (!members.has(key) || unhealthy.has(key) || unhealthy.size >= atMost()) return false
      const before = entries.get(key)?.times ?? 0
      // One step past the cap at most, as in Envoy, so that many ejections do not take forever to forgive.
      const times = before * settings.baseEjectionMs < maxMs + settings.baseEjectionMs ? before + 1 : before
      entries.set(key, { times, untilMs: atMs + Math.min(times * settings.baseEjectionMs, maxMs), isOut: true })
      publish()
      return true
    },
    release(atMs) {
      if (atMs < nextReleaseMs) return
      for (const [key, entry] of out()) {
        if (entry.untilMs > atMs) continue
        if (members.has(key)) entries.set(key, { ...entry, isOut: false })
        else entries.delete(key)
      }
      publish()
    },
    forgive({ firstMs, count, intervalMs }) {
      for (const [key, entry] of entries) {
        const skipped = Math.max(0, Math.ceil((entry.untilMs + intervalMs - firstMs) / intervalMs))
        const times = entry.times - Math.max(0, count - skipped)
        if (times === entry.times) continue
        if (times <= 0) entries.delete(key)
        else entries.set(key, { ...entry, times })
      }
    },
    members(keys, atMs) {
      members = keys
      for (const [key, { isOut }] of entries) if (!isOut && !keys.has(key)) entries.delete(key)
      const gone = out().filter(([key]) => !keys.has(key))
      for (const [key] of gone.slice(0, Math.max(0, gone.length - maxRemembered))) entries.delete(key)
      // A smaller set, or one to which ejected endpoints returned, may have too many: those go whose time is over first.
      const soonest = outMembers().sort(([, a], [, b]) => a.untilMs - b.untilMs)
      for (const [key, entry] of soonest.slice(0, Math.max(0, soonest.length - atMost()))) {
        entries.set(key, { ...entry, untilMs: atMs, isOut: false })
      }
      publish()
    },
  }
}

interface Entry {
  readonly times: number
  /** End of the last ejection. */
  readonly untilMs: number
  readonly isOut: boolean
}

/** Enough for a large backend that is replaced as a whole, and about 100 KiB. */
const maxRemembered = 1024
