// What happened, in order, for watches that begin at an older resourceVersion.
import type { FakeEvent } from './fake-api-server-store.ts'

/** A bounded list of events with ascending resourceVersions. */
export interface FakeHistory {
  /** O(1), amortised. */
  add(event: FakeEvent): void
  /** The events after a version, or `expired` when some of them are forgotten. */
  after(version: number): readonly FakeEvent[] | 'expired'
  /** The version up to which everything is forgotten; 0 = nothing is. */
  forgotten(): number
  /** Forgets everything up to a version. */
  forget(upTo: number): void
}

/** Keeps at least the newest `length` events, and at most twice as many. */
export function fakeHistory(length: number): FakeHistory {
  let events: FakeEvent[] = []
  let forgotten = 0
  return {
    add: event => {
      events.push(event)
      if (events.length <= 2 * length) return
      forgotten = events[events.length - length - 1]?.resourceVersion ?? forgotten
      events = events.slice(-length)
    },
    after: version => (version < forgotten ? 'expired' : events.slice(firstAfter(events, version))),
    forgotten: () => forgotten,
    forget: upTo => {
      events = events.slice(firstAfter(events, upTo))
      forgotten = upTo
    },
  }
}

/** The index of the first event after a version, by bisection. */
function firstAfter(events: readonly FakeEvent[], version: number): number {
  let low = 0
  let high = events.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((events[middle]?.resourceVersion ?? 0) > version) high = middle
    else low = middle + 1
  }
  return low
}
