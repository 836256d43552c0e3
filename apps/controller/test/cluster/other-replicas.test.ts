/** Who else of this controller runs. */

import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { otherReplicas, type OtherReplicas, placeOf } from '../../src/cluster/other-replicas.ts'
import { fakeCluster, type FakeCluster } from './support/fake-cluster.ts'
import { type PodShape, podObject } from './support/node-objects.ts'

const labels = { 'app.kubernetes.io/name': 'ingresskit', 'app.kubernetes.io/instance': 'edge' }
let cluster: FakeCluster

beforeEach(async () => {
  cluster = await fakeCluster()
  pod({ name: 'me', labels: { ...labels, 'pod-template-hash': 'new', 'helm.sh/chart': 'ingresskit-2' } })
})
afterEach(() => cluster[Symbol.asyncDispose]())

describe('other replicas', () => {
  it('are pods with the labels of the own pod, of any revision, that run or are about to', async () => {
    pod({ name: 'old', labels: { ...labels, 'pod-template-hash': 'old', 'helm.sh/chart': 'ingresskit-1' } })
    pod({ name: 'daemon', labels: { ...labels, 'controller-revision-hash': 'x', 'pod-template-generation': '3' } })
    pod({ name: 'starting', phase: 'Pending' })
    expect(await ask()).toEqual({ kind: 'some', pods: ['daemon', 'old', 'starting'] })
  })

  it('are none of the pods that end, have ended, belong to others or live elsewhere', async () => {
    pod({ name: 'ending', deletionTimestamp: '2026-11-22T22:00:00Z' })
    pod({ name: 'done', phase: 'Succeeded' })
    pod({ name: 'crashed', phase: 'Failed' })
    pod({ name: 'backend', labels: { 'app.kubernetes.io/name': 'shop' } })
    pod({ name: 'sibling', labels: { ...labels, 'app.kubernetes.io/instance': 'internal' } })
    pod({ name: 'elsewhere', namespace: 'other' })
    expect(await ask()).toEqual({ kind: 'none' })
  })

  it('are asked for by label, so that the pods of others are not even read', async () => {
    await ask()
    const [, list] = cluster.server.requests()
    expect(list?.query.get('labelSelector')).toBe('app.kubernetes.io/name=ingresskit,app.kubernetes.io/instance=edge')
  })

  it.each(['get', 'list'] as const)('are unknown without the right to %s pods, and the remedy is told', async verb => {
    cluster.server.failNext({ verb, plural: 'pods', answer: { kind: 'status', code: 403, message: 'no' } })
    const answer = await ask()
    expect(answer).toMatchObject({ kind: 'unknown' })
    expect(answer.kind === 'unknown' && answer.message).toContain('the addresses stay in the status of the Ingresses')
    expect(answer.kind === 'unknown' && answer.message).toContain(`grant the RBAC verb "${verb}" on "pods"`)
  })

  it('are unknown while the API server does not answer', async () => {
    cluster.server.failNext({ answer: { kind: 'reset' } })
    expect(await ask()).toMatchObject({ kind: 'unknown' })
  })

  it('are unknown in a pod that was not told its name, and unknown when it has no labels of its own', async () => {
    expect(await ask({ podName: undefined })).toMatchObject({ kind: 'unknown' })
    pod({ name: 'bare', labels: { 'pod-template-hash': 'x' } })
    expect(await ask({ podName: 'bare' })).toMatchObject({ kind: 'unknown' })
  })

  it('are none outside a cluster', async () => {
    expect(await ask({ podName: undefined, place: 'outside' })).toEqual({ kind: 'none' })
    expect([placeOf({}), placeOf({ KUBERNETES_SERVICE_HOST: '10.0.0.1' })]).toEqual(['outside', 'cluster'])
  })
})

function ask(as: { podName?: string | undefined; place?: 'outside' } = {}): Promise<OtherReplicas> {
  const podName = 'podName' in as ? as.podName : 'me'
  return otherReplicas({
    api: cluster.api,
    replica: { identity: 'x', namespace: 'edge', podName },
    place: as.place ?? 'cluster',
    signal: new AbortController().signal,
  })
}

function pod(shape: PodShape): void {
  cluster.server.create(podObject({ namespace: 'edge', labels, ...shape }))
}
