/** What counts as the status of an Ingress while the watch is behind our writes. */

import type { KubernetesObject } from '@ingresskit/kubernetes-watch'
import { describe, expect, it } from 'vitest'
import { addressesKey } from './status-address.ts'
import { observedStatus, presentStatus, withObject, withWrite } from './status-memory.ts'

const ours = addressesKey([{ ip: '203.0.113.10' }])
const foreign = addressesKey([{ ip: '192.0.2.1' }])

describe('a status that was written', () => {
  const first = ingress('one', '1')
  const write = { key: ours, over: first, answer: ingress('one', '3', '203.0.113.10'), nowMs: 0 }
  const written = withWrite(observedStatus(first), write)

  it('counts for as long as the snapshot is the one it was written over', () => {
    expect(presentStatus(written, 1e9)).toEqual({ key: ours, resourceVersion: '3', untilMs: undefined })
  })

  it('counts for 10 s against versions that may be older or newer', () => {
    const unclear = withObject(written, ingress('one', '2', '192.0.2.1'))
    expect(presentStatus(unclear, 9_999)).toEqual({ key: ours, resourceVersion: '3', untilMs: 10_000 })
    expect(presentStatus(unclear, 10_000)).toMatchObject({ key: foreign, resourceVersion: '2' })
  })

  it('gives way to what follows once its own version was seen', () => {
    const arrived = withObject(written, ingress('one', '3', '203.0.113.10'))
    const later = withObject(arrived, ingress('one', '4', '192.0.2.1'))
    expect(presentStatus(later, 0)).toMatchObject({ key: foreign, resourceVersion: '4' })
  })

  it('says nothing about an Ingress that was deleted and made anew, whichever is seen first', () => {
    const anew = ingress('two', '5')
    expect(withObject(written, anew)).toEqual(observedStatus(anew))
    expect(withWrite(observedStatus(anew), write)).toEqual(observedStatus(anew))
  })
})

function ingress(uid: string, resourceVersion: string, ip?: string): KubernetesObject {
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { namespace: 'shop', name: 'a', uid, resourceVersion },
    status: { loadBalancer: ip === undefined ? {} : { ingress: [{ ip }] } },
  }
}
