/** What explain says where chance decides: the same as what is then decided. */

import { describe, expect, it } from 'vitest'
import { explainRequest } from '../src/snapshot/explain.ts'
import type { Explanation } from '../src/snapshot/explanation.ts'
import { endpointSlice, ingressOf, type KubernetesObject, serviceOf } from './support/kubernetes-objects.ts'
import { snapshotSequence } from './support/snapshot-of.ts'

const nginx = (name: string): string => `nginx.ingress.kubernetes.io/${name}`

function served(name: string, ...ports: readonly number[]): readonly KubernetesObject<string>[] {
  return [
    serviceOf(name),
    ...ports.map(port => endpointSlice({ service: name, sliceName: `${name}-${port}`, ports: { http: port } })),
  ]
}

function site(name: string, service: string, annotations: Readonly<Record<string, string>> = {}) {
  return ingressOf({ name, host: 'site.test', paths: [{ service }], annotations })
}

const canary = (name: string, weight: number) =>
  site(name, name, { [nginx('canary')]: 'true', [nginx('canary-weight')]: String(weight) })

function explain(...objects: readonly KubernetesObject<string>[]): Explanation {
  const request = { method: 'GET', url: 'http://site.test/', headers: new Map<string, string>() }
  return explainRequest(snapshotSequence().of(objects), request)
}

describe('the explanation of a request that chance decides', () => {
  const both = [...served('main', 1), ...served('can', 2), site('main', 'main')]

  it('names the largest share, and what each of the others gets', () => {
    const { rule, service, shares, candidates } = explain(...both, canary('can', 20))
    expect([rule?.ingress, service?.name]).toEqual(['default/main', 'main'])
    expect(shares).toEqual([
      { ingress: 'default/can', service: 'default/can:80', percent: 20 },
      { ingress: 'default/main', service: 'default/main:80', percent: 80 },
    ])
    expect(candidates.map(({ ingress, message }) => [ingress, message])).toEqual([
      ['default/can', 'it gets 20 % of such requests by chance'],
    ])
  })

  it('names a canary that gets everything, or most', () => {
    expect(explain(...both, canary('can', 100))).toMatchObject({ rule: { ingress: 'default/can' }, shares: [] })
    const most = explain(...both, canary('can', 60))
    expect(most).toMatchObject({ rule: { ingress: 'default/can' }, condition: 'canary of weight 60 in 100' })
    expect(most.candidates).toMatchObject([{ message: 'it gets the smaller share of such requests' }])
  })

  it('gives no share to a Service of a split that has no endpoints', () => {
    const split = { 'ingresskit.dev/service-weights': 'empty=9, full=1' }
    const objects = [...served('empty'), ...served('full', 1), site('site', 'empty', split)]
    expect(explain(...objects)).toMatchObject({ routed: true, service: { name: 'full' }, shares: [] })
  })

  it('lists an alternative of another namespace, which has no say here', () => {
    const foreign = ingressOf({
      name: 'foreign',
      namespace: 'other',
      host: 'site.test',
      paths: [{ service: 'x' }],
      annotations: { 'ingresskit.dev/match-methods': 'GET' },
      creationTimestamp: '2026-01-02T00:00:00Z',
    })
    const { rule, candidates } = explain(
      ...served('main', 1),
      site('main', 'main'),
      serviceOf('x', { namespace: 'other' }),
      foreign,
    )
    expect(rule?.ingress).toBe('other/foreign')
    expect(candidates).toMatchObject([{ ingress: 'default/main', verdict: 'conflict-lost' }])
  })

  it('names no endpoint where a session would decide', () => {
    const affinity = { [nginx('affinity')]: 'cookie', 'ingresskit.dev/hash-on': 'host' }
    expect(explain(...served('web', 1, 2), site('web', 'web', affinity))).toMatchObject({
      routed: true,
      endpoint: null,
    })
  })
})
