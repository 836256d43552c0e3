// Answers that stop in the middle without an end, as behind a network that lost the way.
import type { RequestFilter } from './fake-api-server-faults.ts'
import type { AnswerStream } from './fake-api-server-stream.ts'

/** Which answers are stalled now. */
export interface FakeStalls {
  /** Follows an answer until it is over; `matches` says whether a filter selects its request. */
  add(stream: AnswerStream, matches: (filter: RequestFilter) => boolean): void
  /** Stalls the answers to these requests, those that are open and those to come; answers how many are open. */
  stall(filter: RequestFilter): number
  /** Sends everything that waited, and stalls nothing any more. */
  resume(): void
}

interface Followed {
  readonly stream: AnswerStream
  readonly matches: (filter: RequestFilter) => boolean
}

/** Nothing is stalled at first. */
export function fakeStalls(): FakeStalls {
  const open = new Set<Followed>()
  const stalled = new Set<Followed>()
  let filters: RequestFilter[] = []
  const hold = (followed: Followed): void => {
    if (stalled.has(followed)) return
    stalled.add(followed)
    followed.stream.hold()
  }
  return {
    add: (stream, matches) => {
      const followed = { stream, matches }
      open.add(followed)
      stream.onClose(() => {
        open.delete(followed)
        stalled.delete(followed)
      })
      if (filters.some(matches)) hold(followed)
    },
    stall: filter => {
      filters.push(filter)
      const selected = [...open].filter(({ matches }) => matches(filter))
      for (const followed of selected) hold(followed)
      return selected.length
    },
    resume: () => {
      filters = []
      const held = [...stalled]
      stalled.clear()
      for (const { stream } of held) stream.release()
    },
  }
}
