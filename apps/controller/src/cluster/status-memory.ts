// What is known of the status of one Ingress: as it was observed, unless it was written by us since.
import type { KubernetesObject } from '@ingresskit/kubernetes-watch'
import { fieldsOf } from './fields-of.ts'
import { statusKey } from './status-address.ts'

/** Immutable. Keys are those of `addressesKey` and `statusKey`. */
export interface StatusMemory {
  /** As the newest snapshot has it. */
  readonly object: KubernetesObject
  /** Our newest write that the snapshots may not show yet. */
  readonly written: WrittenStatus | undefined
  /** What we wrote last, for as long as nobody else was seen to change it. */
  readonly ownKey: string | undefined
}

/** A write of ours. */
export interface WrittenStatus {
  readonly key: string
  /** What the snapshot showed when it was written. */
  readonly over: KubernetesObject
  /** After the write. */
  readonly resourceVersion: unknown
  /** Until when other versions than that are taken for older ones: resourceVersions tell no order. */
  readonly trustedUntilMs: number
}

/** Longer than a watch is behind when nothing is wrong; then what is observed counts again. */
const trustMs = 10_000

/** An Ingress that was never written to. */
export function observedStatus(object: KubernetesObject): StatusMemory {
  return { object, written: undefined, ownKey: undefined }
}

/** A newer snapshot; an Ingress that was deleted and made anew has nothing of ours. */
export function withObject(memory: StatusMemory, object: KubernetesObject): StatusMemory {
  if (object.metadata.uid !== memory.object.metadata.uid) return observedStatus(object)
  const arrived = object.metadata.resourceVersion === memory.written?.resourceVersion
  return { ...memory, object, written: arrived ? undefined : memory.written }
}

/** After the API server took a write made over `over`, and answered with the Ingress. */
export function withWrite(
  memory: StatusMemory,
  write: { readonly key: string; readonly over: KubernetesObject; readonly answer: unknown; readonly nowMs: number },
): StatusMemory {
  const { key, over, answer, nowMs } = write
  const { resourceVersion, uid } = fieldsOf(fieldsOf(answer)['metadata'])
  if (uid !== memory.object.metadata.uid) return memory
  const arrived = resourceVersion === memory.object.metadata.resourceVersion
  const written = arrived ? undefined : { key, over, resourceVersion, trustedUntilMs: nowMs + trustMs }
  return { ...memory, written, ownKey: key }
}

/** What the status is, and until when that is to be believed (`undefined`: until the next snapshot). */
export function presentStatus(
  { object, written }: StatusMemory,
  nowMs: number,
): { readonly key: string; readonly resourceVersion: unknown; readonly untilMs: number | undefined } {
  if (written !== undefined) {
    const { key, resourceVersion, trustedUntilMs } = written
    // The snapshot is the one that we wrote over: it says nothing about what came later.
    if (object === written.over) return { key, resourceVersion, untilMs: undefined }
    if (nowMs < trustedUntilMs) return { key, resourceVersion, untilMs: trustedUntilMs }
  }
  return { key: statusKey(object['status']), resourceVersion: object.metadata.resourceVersion, untilMs: undefined }
}
