/** What changed between two values of the endpoint sets: all that has to be sent to another thread. */
import type { EndpointSet, ServicePortKey } from './endpoint-set.ts'
import type { EndpointSets } from './endpoint-sets.ts'

/** What differs between two values; both lists are empty when at most problems differ. */
export interface EndpointSetsDiff {
  /** Sets that are new or say something else than before. */
  readonly changed: readonly EndpointSet[]
  /** Keys of Service ports that are gone. */
  readonly removed: readonly ServicePortKey[]
}

/** Compares by identity, so `next` must have been computed with `previous`. O(sets); O(1) when nothing changed. */
export function diffEndpointSets(
  previous: Pick<EndpointSets, 'sets'>,
  next: Pick<EndpointSets, 'sets'>,
): EndpointSetsDiff {
  if (previous.sets === next.sets) return { changed: [], removed: [] }
  return {
    changed: [...next.sets.values()].filter(set => previous.sets.get(set.key) !== set),
    removed: [...previous.sets.keys()].filter(key => !next.sets.has(key)),
  }
}
