import { eventMemory } from './event-memory.ts'
import type { ObjectEvent } from './event-of-problem.ts'
import { type TokenBucket, tokenBucket } from './event-token-bucket.ts'

/** How many Events there may be about one object. */
export interface EventRateLimit {
  /** Counts the Event against its object, or refuses it. */
  take(event: ObjectEvent, nowMs: number): 'allowed' | 'refused'
  /** Objects that are remembered. */
  size(): number
}

/**
 * As client-go's EventSourceObjectSpamFilter (tools/record/events_cache.go, `defaultSpamBurst` and `defaultSpamQPS`): 25 Events
 * about an object at once, then one in five minutes. Warnings and Normal Events are counted apart, so that whoever was told of 25
 * problems is told when they are over. It remembers the 4096 objects it was asked for last.
 */
export function eventRateLimit(): EventRateLimit {
  const buckets = eventMemory<TokenBucket>()
  return {
    take: ({ object, type }, nowMs) => {
      const key = `${object.uid} ${type}`
      const bucket = buckets.get(key) ?? tokenBucket({ burst: 25, refillMs: 300_000 })
      buckets.set(key, bucket)
      return bucket.take(nowMs) === 'taken' ? 'allowed' : 'refused'
    },
    size: () => buckets.size,
  }
}
