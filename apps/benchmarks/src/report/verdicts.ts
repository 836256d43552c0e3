import type { Rounds, WorkloadResult } from './results.ts'
import { median, ratio } from './statistics.ts'
import { type Target, targets } from './targets.ts'

export interface Verdict {
  readonly text: string
  readonly isMet: boolean
}

/** Below this share of its core a contestant waited, and its throughput tells little about it. */
const busyEnough = 0.9

/**
 * One for every target whose workload and contestants were measured. A target of throughput is judged by CPU time a request when one
 * of the two could not use its core, because the load was too slow or something else ran there; the text says so.
 */
export function verdicts(results: readonly WorkloadResult[]): Verdict[] {
  return targets.flatMap(target => {
    const rounds = results.find(({ workload }) => workload === target.workload)?.rounds
    const ours = rounds?.['ingresskit-wire']
    if (ours === undefined) return []
    if (target.against === undefined) return ownVerdict(target, ours)
    const theirs = rounds?.[target.against]
    return theirs === undefined ? [] : ratioVerdict({ ...target, against: target.against }, ours, theirs)
  })
}

function ownVerdict(target: Target, ours: Rounds): Verdict[] {
  const values = ours[target.figure]
  if (values === undefined) return []
  const value = median(values)
  const bound = boundOf(target)
  return [
    { text: `${target.workload}, ${target.figure}: ${short(value)}, wanted ${bound}`, isMet: isWithin(target, value) },
  ]
}

function ratioVerdict(target: Target & { readonly against: string }, ours: Rounds, theirs: Rounds): Verdict[] {
  const isLimitedByLoad =
    target.figure === 'perSecond' && [ours, theirs].some(each => median(each['busy'] ?? []) < busyEnough)
  const [upper, lower, figure] = isLimitedByLoad
    ? [theirs['cpuUs'], ours['cpuUs'], 'requests per CPU second (a core was not kept busy)']
    : [ours[target.figure], theirs[target.figure], target.figure]
  if (upper === undefined || lower === undefined) return []
  const { ofMedians, min, max } = ratio(upper, lower)
  const text = `${target.workload}, ${figure}: ${short(ofMedians)} (${short(min)}–${short(max)}) × ${target.against}`
  return [{ text: `${text}, wanted ${boundOf(target)}`, isMet: isWithin(target, ofMedians) }]
}

function boundOf({ atMost, atLeast }: Target): string {
  return atMost === undefined ? `at least ${atLeast}` : `at most ${atMost}`
}

/** A ratio that is no number meets nothing. */
function isWithin(
  { atMost = Number.POSITIVE_INFINITY, atLeast = Number.NEGATIVE_INFINITY }: Target,
  value: number,
): boolean {
  return value >= atLeast && value <= atMost
}

function short(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toFixed(2)
}
