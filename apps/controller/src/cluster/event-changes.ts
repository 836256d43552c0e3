import type { Problem } from '../problem.ts'
import { type EventTarget, isObjectProblem, type ObjectProblem } from './event-of-problem.ts'

/** Finds the object of a problem as it is now; `undefined` when there is none, and no Event then. */
export type ObjectOf = (kind: string, namespace: string, name: string) => EventTarget | undefined

/** A problem of one object that stands, whatever it says. */
export interface StandingProblem {
  /** As it was last found. */
  readonly problem: ObjectProblem
  readonly target: EventTarget
  /** Several problems may differ only in what they say. */
  readonly messages: ReadonlyMap<string, unknown>
  /** Whether any of it was told; set by whoever tells it. */
  told: boolean
}

/** What is to be told. */
export type EventChange =
  /** It was not there before, or says something else. */
  | { readonly kind: 'appeared'; readonly problem: ObjectProblem; readonly standing: StandingProblem }
  /** It has been away for `settleMs`, and its object is still there. */
  | { readonly kind: 'resolved'; readonly standing: StandingProblem }

/** Compares the problems of one moment with those of the moment before. */
export interface EventChanges {
  compare(problems: readonly Problem[], objectOf: ObjectOf, nowMs: number): readonly EventChange[]
  /** When problems that are away will count as resolved, in `nowMs` of `compare`; `undefined`: none is away. */
  dueAtMs(): number | undefined
}

/**
 * Nothing stands at first. A problem that is back within `settleMs` was never away: while a Secret that is newly named is looked up,
 * the problems of all missing Secrets are unknown for a moment. Remembers as much as it is given; one look at each problem.
 */
export function eventChanges({ settleMs }: { readonly settleMs: number }): EventChanges {
  const standing = new Map<string, Standing>()
  let look = 0
  let dueAtMs: number | undefined

  const add = (problem: ObjectProblem, target: EventTarget): EventChange | undefined => {
    // The uid stands for kind, namespace and name, and an object that was made anew has problems of its own.
    const key = `${target.uid}\n${problem.reason}\n${problem.field ?? ''}`
    let entry = standing.get(key)
    if (entry === undefined) {
      entry = { problem, target, messages: new Map(), lastLook: look, goneAtMs: undefined, told: false }
      standing.set(key, entry)
    }
    entry.problem = problem
    entry.target = target
    entry.lastLook = look
    entry.goneAtMs = undefined
    const isKnown = entry.messages.has(problem.message)
    entry.messages.set(problem.message, look)
    return isKnown ? undefined : { kind: 'appeared', problem, standing: entry }
  }
  const settle = (key: string, entry: Standing, { objectOf, nowMs }: Moment): EventChange | undefined => {
    const { kind, namespace, name } = entry.problem
    const target = objectOf(kind, namespace, name)
    const isThere = target?.uid === entry.target.uid
    entry.goneAtMs ??= nowMs
    const isOver = nowMs - entry.goneAtMs >= settleMs
    if (isOver || !isThere) standing.delete(key)
    else dueAtMs = Math.min(dueAtMs ?? Infinity, entry.goneAtMs + settleMs)
    return isOver && isThere ? { kind: 'resolved', standing: entry } : undefined
  }
  return {
    compare: (problems, objectOf, nowMs) => {
      const changes: (EventChange | undefined)[] = []
      look += 1
      dueAtMs = undefined
      for (const problem of problems) {
        if (!isObjectProblem(problem)) continue
        const target = objectOf(problem.kind, problem.namespace, problem.name)
        if (target !== undefined) changes.push(add(problem, target))
      }
      for (const [key, entry] of standing) {
        if (entry.lastLook !== look) changes.push(settle(key, entry, { objectOf, nowMs }))
        else for (const [message, lastLook] of entry.messages) if (lastLook !== look) entry.messages.delete(message)
      }
      return changes.filter(change => change !== undefined)
    },
    dueAtMs: () => dueAtMs,
  }
}

interface Moment {
  readonly objectOf: ObjectOf
  readonly nowMs: number
}

interface Standing extends StandingProblem {
  problem: ObjectProblem
  target: EventTarget
  /** With the look that each was last found in. */
  readonly messages: Map<string, number>
  lastLook: number
  goneAtMs: number | undefined
}
