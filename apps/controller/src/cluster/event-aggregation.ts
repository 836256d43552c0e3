import { eventMemory } from './event-memory.ts'
import type { ObjectEvent } from './event-of-problem.ts'
import { eventText } from './event-text.ts'

/** Makes one Event of many that differ only in what they say. */
export interface EventAggregation {
  /** The Event itself, or the combined one that is told instead. */
  aggregate(event: ObjectEvent, nowMs: number): ObjectEvent
  /** Groups of similar Events that are remembered. */
  size(): number
}

/** So many different messages are told one by one; client-go combines from the tenth on (`defaultAggregateMaxEvents`). */
const maxSingle = 9
/** A group is forgotten when none of it came for so long (`defaultAggregateIntervalInSeconds`). */
const intervalMs = 600_000
const maxMessageBytes = 1024

/**
 * As client-go's EventAggregator (tools/record/events_cache.go): similar are Events of the same object, type and reason. It
 * remembers the messages told one by one of each of the 4096 groups it was asked for last, so that these stay Events of their own.
 */
export function eventAggregation(): EventAggregation {
  const groups = eventMemory<{ readonly single: Set<string>; readonly lastMs: number }>()
  return {
    aggregate: (event, nowMs) => {
      const key = `${event.object.uid} ${event.type} ${event.reason}`
      const known = groups.get(key)
      const single = known === undefined || nowMs - known.lastMs > intervalMs ? new Set<string>() : known.single
      if (single.size < maxSingle) single.add(event.message)
      groups.set(key, { single, lastMs: nowMs })
      if (single.has(event.message)) return event
      const message = eventText(`(combined from similar events): ${event.message}`, maxMessageBytes)
      return { ...event, scope: 'combined', field: null, message }
    },
    size: () => groups.size,
  }
}
