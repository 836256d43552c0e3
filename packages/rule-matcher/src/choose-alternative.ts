/** Settles a match by the request itself, where host and path leave a choice. */
import type { DefiniteMatch, MatchResult, Rule } from './rule.ts'

/**
 * The first alternative that `accepts` says yes to, else what serves without them.
 *
 * `accepts` is called in order, until it says yes, at most once for each alternative; never for a plain rule. `place` counts the
 * alternatives of one path from 0.
 * O(alternatives); a match that leaves no choice is answered as it is.
 */
export function chooseAlternative<T>(
  result: MatchResult<T>,
  accepts: (rule: Rule<T>, place: number) => boolean,
): DefiniteMatch<T> {
  let match = result
  while (match.kind === 'alternatives') {
    const rule = match.alternatives.find(accepts)
    if (rule !== undefined) return { kind: 'rule', rule }
    match = match.otherwise
  }
  return match
}
