// Remembers what could not be read, and decides when everything is read again because of it.
import type { MalformedObject } from './arriving-object.ts'
import { backoff } from './backoff.ts'

/** What one reader found malformed. */
export interface MalformedFinds {
  /** Everything is being read from now on: what is found is about this reading. */
  readingBegins(): void
  found(item: MalformedObject): void
  /** Everything was read: what was found before this reading is forgotten. */
  readingEnds(): void
  /** What was found, at most 10, each once. */
  items(): readonly MalformedObject[]
  /** After how long everything is to be read again; `undefined` when nothing is malformed. */
  rereadAfterMs(): number | undefined
}

/** More are counted, not named. */
const maxItems = 10
/** What stays malformed for long is read again that seldom, as it costs the API server a whole list. */
const longestRereadMs = 300_000

/** Nothing was found yet. */
export function malformedFinds(random: () => number): MalformedFinds {
  const delays = backoff(random, longestRereadMs)
  let items: readonly MalformedObject[] = []
  let reading: readonly MalformedObject[] | undefined
  let afterMs: number | undefined
  return {
    readingBegins: () => {
      reading = []
    },
    found: item => {
      if (reading) {
        reading = added(reading, item)
        return
      }
      items = added(items, item)
      afterMs ??= delays.next()
    },
    readingEnds: () => {
      items = reading ?? []
      reading = undefined
      if (items.length === 0) delays.reset()
      afterMs = items.length === 0 ? undefined : delays.next()
    },
    items: () => items,
    rereadAfterMs: () => afterMs,
  }
}

function added(items: readonly MalformedObject[], item: MalformedObject): readonly MalformedObject[] {
  const isKnown = items.some(
    ({ what, namespace, name }) => what === item.what && namespace === item.namespace && name === item.name,
  )
  return isKnown || items.length >= maxItems ? items : [...items, item]
}
