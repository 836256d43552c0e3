// Pods and nodes as an API server has them.
import type { FakeObjectInput } from '@ingresskit/testkit'

/** What matters of a pod. */
export interface PodShape {
  readonly name: string
  readonly namespace?: string
  readonly labels?: Readonly<Record<string, string>>
  /** Default `Running`. */
  readonly phase?: string
  readonly nodeName?: string
  readonly deletionTimestamp?: string
}

/** A pod that runs. */
export function podObject(shape: PodShape): FakeObjectInput {
  const { name, namespace = 'default', labels = {}, phase = 'Running', nodeName, deletionTimestamp } = shape
  return {
    kind: 'Pod',
    metadata: { name, namespace, labels, ...(deletionTimestamp === undefined ? {} : { deletionTimestamp }) },
    spec: { containers: [{ name: 'main', image: 'x' }], ...(nodeName === undefined ? {} : { nodeName }) },
    status: { phase },
  }
}

/** A node with addresses as `[type, address]`. */
export function nodeObject(name: string, addresses: readonly (readonly [string, string])[]): FakeObjectInput {
  return {
    kind: 'Node',
    metadata: { name },
    spec: {},
    status: { addresses: addresses.map(([type, address]) => ({ type, address })) },
  }
}
