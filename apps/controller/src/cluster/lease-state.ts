// What one replica knows of the Lease and what it may do next; pure, so that every interleaving can be tested.
import type { LeaseRecord } from './lease-record.ts'

/** How long leading lasts; the defaults are client-go's. */
export interface LeaseDurations {
  /** How long the others wait after the last change they saw before they take the Lease. Default 15 s. */
  readonly leaseMs: number
  /** How long a leader leads after a renewal that succeeded; less than `leaseMs`. Default 10 s. */
  readonly renewDeadlineMs: number
  /** From one attempt to the next. Default 2 s. */
  readonly retryMs: number
}

/** 15, 10 and 2 s (client-go's leader election, as kube-controller-manager uses it). */
export const defaultLeaseDurations: LeaseDurations = { leaseMs: 15_000, renewDeadlineMs: 10_000, retryMs: 2_000 }

/** Immutable. Times are of the replica's own monotonic clock: a holder's wall clock is never compared with ours. */
export interface LeaseState {
  /** The Lease as it was seen last; `absent` when there was none, `undefined` before the first look. */
  readonly lease: LeaseRecord | 'absent' | undefined
  /** Until when whoever was seen as its holder may still lead. */
  readonly heldUntilMs: number
  /** Until when this replica leads; it does not when that is past. */
  readonly leadsUntilMs: number
}

/** What to do with the Lease now. */
export type LeaseStep =
  /** Somebody else holds it, until then at least. */
  | { readonly kind: 'wait'; readonly untilMs: number }
  | { readonly kind: 'create' }
  /** Take it, or renew it if it is ours already. */
  | { readonly kind: 'claim'; readonly from: LeaseRecord }

/** Nothing seen, not leading. */
export const initialLeaseState: LeaseState = { lease: undefined, heldUntilMs: 0, leadsUntilMs: 0 }

/** Whether the replica leads at that moment: asked each time, so that a process that was stopped for a while knows it at once. */
export function leads(state: LeaseState, nowMs: number): boolean {
  return nowMs < state.leadsUntilMs
}

/**
 * After a look at the Lease. Only a change of what its holder writes lets the holder's time begin anew. A leader who sees
 * another holder leads no longer.
 */
export function observed(
  state: LeaseState,
  seen: LeaseRecord | 'absent',
  own: { readonly identity: string; readonly durations: LeaseDurations; readonly nowMs: number },
): LeaseState {
  const before = state.lease
  if (seen === 'absent') {
    // Somebody deleted it: whoever held it last, perhaps unseen by us, may lead on until its time is over, unless that's us.
    const wait = before !== undefined && before !== 'absent' && !leads(state, own.nowMs)
    return { ...state, lease: 'absent', heldUntilMs: wait ? own.nowMs + own.durations.leaseMs : state.heldUntilMs }
  }
  const isNew = before === undefined || before === 'absent' || before.fingerprint !== seen.fingerprint
  const foreign = seen.holder !== own.identity
  return {
    lease: seen,
    heldUntilMs: isNew ? heldUntil(state, seen, own) : state.heldUntilMs,
    leadsUntilMs: foreign ? 0 : state.leadsUntilMs,
  }
}

/** What the last look allows. */
export function nextStep(state: LeaseState, identity: string, nowMs: number): LeaseStep {
  const { lease, heldUntilMs } = state
  if (lease !== undefined && lease !== 'absent' && lease.holder === identity) return { kind: 'claim', from: lease }
  if (nowMs < heldUntilMs && !leads(state, nowMs)) return { kind: 'wait', untilMs: heldUntilMs }
  return lease === undefined || lease === 'absent' ? { kind: 'create' } : { kind: 'claim', from: lease }
}

/**
 * After a write of ours succeeded. Leading counts from when it was sent: no other replica can have seen it earlier, and each of
 * them waits longer than `renewDeadlineMs` from when it saw it.
 */
export function claimed(
  written: LeaseRecord,
  sentAtMs: number,
  durations: Pick<LeaseDurations, 'renewDeadlineMs'>,
): LeaseState {
  return { lease: written, heldUntilMs: 0, leadsUntilMs: sentAtMs + durations.renewDeadlineMs }
}

/** After the Lease was given back, or the replica stopped: it leads no more, whatever answers are still to come. */
export function resigned(state: LeaseState): LeaseState {
  return { ...state, leadsUntilMs: 0 }
}

function heldUntil(
  state: LeaseState,
  seen: LeaseRecord,
  own: { readonly identity: string; readonly durations: LeaseDurations; readonly nowMs: number },
): number {
  if (seen.holder === own.identity) return state.heldUntilMs
  // Released: its holder had stopped leading before it wrote that.
  if (seen.holder === undefined) return 0
  return own.nowMs + Math.max(seen.durationMs ?? 0, own.durations.leaseMs)
}
