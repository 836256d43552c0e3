/** How many of the requests that a strategy offers to a young endpoint it takes. */

/** A young endpoint, kept through the generations of its balancer. */
export interface Newcomer {
  /** When it came, on a clock that does not run backwards. */
  readonly joinedMs: number
  /** Requests it may still take; fractions add up. */
  credit: number
  /** `Turns.count` when the credit was last brought up to date. */
  seenTurns: number
  /** Credit from which it takes the next request: 0 to below 1. */
  threshold: number
}

/** Picks so far, each counted as the part of it that one unit of weight has a right to. */
export interface Turns {
  count: number
}

/**
 * Whether the endpoint takes the request that it was offered.
 *
 * It takes the `part` of what its weight has a right to, however often it is offered something: least-conn offers nearly
 * every request to an endpoint that has nothing in flight, so a coin that is tossed for each offer would let in a multiple.
 */
export const admits = (
  newcomer: Newcomer,
  offer: { readonly part: number; readonly weight: number; readonly turns: Turns; readonly random: () => number },
): boolean => {
  const earned = offer.part * offer.weight * (offer.turns.count - newcomer.seenTurns)
  newcomer.seenTurns = offer.turns.count
  newcomer.credit = Math.min(maxCredit, newcomer.credit + earned)
  if (newcomer.credit < newcomer.threshold) return false
  newcomer.credit -= 1
  newcomer.threshold = offer.random()
  return true
}

/** Requests at most that it makes up for at once after the strategy left it out; enough for strategies that draw lots. */
const maxCredit = 8
