// Takes our addresses off Ingresses when the last replica ends.
import { type KubernetesObject, pause } from '@ingresskit/kubernetes-watch'
import { fieldsOf } from './fields-of.ts'
import { statusKey } from './status-address.ts'
import { statusRetryDelayMs } from './status-delays.ts'
import { patchStatus, readIngress, type StatusRequests } from './status-patch.ts'

/** An Ingress whose status is ours. */
export interface StatusToClear {
  readonly object: KubernetesObject
  /** The resourceVersion in which it is. */
  readonly version: unknown
}

/** How it's done. */
export interface StatusClearing extends StatusRequests {
  readonly random: () => number
  /** Asked before each request; nothing is written any more once it says no. */
  readonly mayWrite: () => boolean
  readonly maxConcurrent: number
}

const maxAttempts = 3

/**
 * Empties the statuses that are still `ours` (a key of `addressesKey`). The API server refuses (409) when an Ingress has changed in
 * between; it's read again then. Resolves when each is empty, somebody else's, gone or given up; never rejects.
 */
export async function clearStatuses(
  how: StatusClearing,
  targets: readonly StatusToClear[],
  ours: string,
): Promise<void> {
  const left = [...targets].reverse()
  const work = async (): Promise<void> => {
    for (let target = left.pop(); target; target = left.pop()) await clearOne(how, target, ours)
  }
  await Promise.all(Array.from({ length: Math.min(how.maxConcurrent, targets.length) }, work))
}

async function clearOne(how: StatusClearing, target: StatusToClear, ours: string): Promise<void> {
  const { signal, mayWrite } = how
  let version: unknown = target.version
  for (let attempt = 1; attempt <= maxAttempts && !signal.aborted && mayWrite(); attempt += 1) {
    const onlyVersion = typeof version === 'string' ? version : undefined
    const answer = await patchStatus(how, target.object, { addresses: [], onlyVersion })
    if (answer.kind === 'ok' || [403, 404, 422].includes(answer.failure.status)) return
    if (answer.failure.status !== 409) {
      const delayMs = Math.max(answer.failure.retryAfterMs ?? 0, statusRetryDelayMs(attempt, how.random))
      await pause(how.schedule, delayMs, how.signal)
      continue
    }
    const now = await readIngress(how, target.object)
    if (now.kind === 'ok') {
      if (statusKey(now.object['status']) !== ours) return
      version = fieldsOf(now.object['metadata'])['resourceVersion']
    }
  }
}
