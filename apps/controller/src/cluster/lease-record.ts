// A Lease (coordination.k8s.io/v1) as leader election reads and writes it.
import { fieldsOf } from './fields-of.ts'

/** What one state of a Lease says. */
export interface LeaseRecord {
  /** As it came, without `managedFields`: what an update starts from, so that labels and foreign fields stay. */
  readonly object: Readonly<Record<string, unknown>>
  /** `undefined` when nobody holds it. */
  readonly holder: string | undefined
  /** As the holder wrote it; `undefined` when it's missing or makes no sense. */
  readonly durationMs: number | undefined
  /** How often the holder has changed. */
  readonly transitions: number
  /** Differs whenever a holder has renewed it, and when the Lease was deleted and made anew. */
  readonly fingerprint: string
}

/** What is written when it is taken, renewed or released. */
export interface LeaseClaim {
  /** Empty: nobody holds it any more. */
  readonly holder: string
  readonly durationMs: number
  /** Wall clock, milliseconds since the epoch: for people; no replica compares it with its own clock. */
  readonly nowMs: number
}

/** Reads a Lease; whatever is malformed in it counts as not there. */
export function leaseRecord(object: Readonly<Record<string, unknown>>): LeaseRecord {
  const spec = fieldsOf(object['spec'])
  const { managedFields: _dropped, ...metadata } = fieldsOf(object['metadata'])
  const { holderIdentity, leaseDurationSeconds, leaseTransitions, acquireTime, renewTime } = spec
  return {
    object: { ...object, metadata },
    holder: typeof holderIdentity === 'string' && holderIdentity !== '' ? holderIdentity : undefined,
    durationMs:
      typeof leaseDurationSeconds === 'number' && leaseDurationSeconds > 0 ? leaseDurationSeconds * 1000 : undefined,
    transitions: typeof leaseTransitions === 'number' ? leaseTransitions : 0,
    fingerprint: JSON.stringify([
      metadata['uid'],
      holderIdentity,
      leaseDurationSeconds,
      leaseTransitions,
      acquireTime,
      renewTime,
    ]),
  }
}

/**
 * The body of the update that turns `from` into the claim; a conflict (409) unless the Lease is still in that very state, and
 * one after it was deleted too, because its uid is sent. Without `from` the body of a new Lease.
 */
export function claimedLease(
  from: LeaseRecord | undefined,
  name: { readonly namespace: string; readonly name: string },
  claim: LeaseClaim,
): Readonly<Record<string, unknown>> {
  const spec = fieldsOf(from?.object['spec'])
  const now = microTime(claim.nowMs)
  const keeps = from !== undefined && (from.holder === claim.holder || claim.holder === '')
  return {
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: { ...fieldsOf(from?.object['metadata']), namespace: name.namespace, name: name.name },
    spec: {
      ...spec,
      holderIdentity: claim.holder,
      leaseDurationSeconds: Math.ceil(claim.durationMs / 1000),
      acquireTime: from?.holder === claim.holder ? (spec['acquireTime'] ?? now) : now,
      renewTime: now,
      leaseTransitions: from === undefined ? 0 : keeps ? from.transitions : from.transitions + 1,
    },
  }
}

/** `2026-11-22T22:00:00.000000Z` (meta/v1 MicroTime). */
function microTime(ms: number): string {
  return new Date(ms).toISOString().replace('Z', '000Z')
}
