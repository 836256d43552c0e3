/** The request that writes a status, as it was recorded from kube-apiserver. */

import type { ApiRequest, ClusterApi, KubernetesObject } from '@ingresskit/kubernetes-watch'
import { describe, expect, it } from 'vitest'
import { patchStatus } from './status-patch.ts'

const ingress: KubernetesObject = {
  apiVersion: 'networking.k8s.io/v1',
  kind: 'Ingress',
  metadata: { namespace: 'lucky', name: 'ingress-tomcat-tls' },
}

describe('the status of an Ingress', () => {
  it('is written with a merge patch of its subresource', async () => {
    expect(await requestFor({ addresses: [{ ip: '203.0.113.10' }] })).toMatchObject({
      method: 'PATCH',
      path: '/apis/networking.k8s.io/v1/namespaces/lucky/ingresses/ingress-tomcat-tls/status',
      body: {
        contentType: 'application/merge-patch+json',
        text: '{"status":{"loadBalancer":{"ingress":[{"ip":"203.0.113.10"}]}}}',
      },
    })
  })

  it('is emptied by removing the list, of one version only if that is asked for', async () => {
    const request = await requestFor({ addresses: [], onlyVersion: '306' })
    expect(request?.body?.text).toBe(
      '{"metadata":{"resourceVersion":"306"},"status":{"loadBalancer":{"ingress":null}}}',
    )
  })
})

async function requestFor(wanted: Parameters<typeof patchStatus>[2]): Promise<ApiRequest | undefined> {
  let seen: ApiRequest | undefined
  const api: ClusterApi = {
    request: request => {
      seen = request
      return Promise.reject(new Error('nobody there'))
    },
    close: () => Promise.resolve(),
  }
  const schedule = () => () => undefined
  const answer = await patchStatus({ api, schedule, signal: new AbortController().signal }, ingress, wanted)
  expect(answer).toMatchObject({ kind: 'failed', failure: { status: 0, message: 'nobody there' } })
  return seen
}
