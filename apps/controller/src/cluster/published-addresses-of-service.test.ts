/** Where a Service of each type is reached. */

import type { KubernetesObject } from '@ingresskit/kubernetes-watch'
import { describe, expect, it } from 'vitest'
import { serviceAddresses } from './published-addresses-of-service.ts'

describe('a LoadBalancer Service', () => {
  it('is reached where its load balancer is, and at its external IPs', () => {
    const ingress = [{ hostname: 'LB.example.com' }, { ip: '203.0.113.9', ipMode: 'Proxy' }, { ip: '2001:DB8::1' }]
    const service = serviceOf({ type: 'LoadBalancer', externalIPs: ['192.0.2.7', '203.0.113.9'] }, { ingress })
    expect(serviceAddresses(service)).toEqual({
      // Without ipMode, which the status of an Ingress doesn't have.
      addresses: [{ ip: '192.0.2.7' }, { ip: '203.0.113.9' }, { ip: '2001:db8::1' }, { hostname: 'lb.example.com' }],
      problems: [],
    })
  })

  it('that has no address yet is a problem, and has none', () => {
    expect(serviceAddresses(serviceOf({ type: 'LoadBalancer' }))).toMatchObject({
      addresses: [],
      problems: [
        { reason: 'PublishServicePending', kind: 'Service', namespace: 'edge', name: 'lb', severity: 'warning' },
      ],
    })
  })

  it('may have addresses that make no sense, which are left out with a problem each', () => {
    const ingress = [{ ip: 'fe80::1%eth0' }, { hostname: '*.example.com' }, { ip: '203.0.113.9' }, 7, null]
    const { addresses, problems } = serviceAddresses(serviceOf({ type: 'LoadBalancer' }, { ingress }))
    expect(addresses).toEqual([{ ip: '203.0.113.9' }])
    expect(problems.map(({ field, message }) => `${field}: ${message}`)).toEqual([
      'status.loadBalancer.ingress: "fe80::1%eth0" is no IP address and no DNS name; it is not published',
      'status.loadBalancer.ingress: "*.example.com" is no IP address and no DNS name; it is not published',
    ])
  })
})

describe('a NodePort Service', () => {
  it('is reached at its external IPs, or else at the nodes', () => {
    const external = serviceOf({ type: 'NodePort', externalIPs: ['192.0.2.7'], clusterIP: '10.0.0.1' })
    expect(serviceAddresses(external)).toEqual({ addresses: [{ ip: '192.0.2.7' }], problems: [] })
    const plain = serviceOf({ type: 'NodePort', clusterIP: '10.0.0.1' })
    expect(serviceAddresses(plain)).toEqual({ addresses: 'nodes', problems: [] })
  })
})

describe('a ClusterIP Service', () => {
  it('is reached at its external IPs, or else at its cluster IPs of both families', () => {
    const clusterIPs = ['10.0.0.1', 'fd00::1']
    const external = serviceOf({ externalIPs: ['192.0.2.7'], clusterIP: '10.0.0.1', clusterIPs })
    expect(serviceAddresses(external).addresses).toEqual([{ ip: '192.0.2.7' }])
    const dual = serviceOf({ clusterIP: '10.0.0.1', clusterIPs })
    expect(serviceAddresses(dual)).toEqual({ addresses: [{ ip: '10.0.0.1' }, { ip: 'fd00::1' }], problems: [] })
    const single = serviceOf({ type: 'ClusterIP', clusterIP: '10.0.0.1' })
    expect(serviceAddresses(single).addresses).toEqual([{ ip: '10.0.0.1' }])
  })

  it('without an IP is a problem, and has no address', () => {
    for (const spec of [{ clusterIP: 'None' }, { clusterIP: 'None', clusterIPs: ['None'] }, {}]) {
      expect(serviceAddresses(serviceOf(spec))).toMatchObject({
        addresses: [],
        problems: [{ reason: 'PublishServiceUnusable', field: 'spec.clusterIP', name: 'lb' }],
      })
    }
  })
})

describe('an ExternalName Service', () => {
  it('is reached under its name', () => {
    const service = serviceOf({ type: 'ExternalName', externalName: 'edge.example.com.' })
    expect(serviceAddresses(service)).toEqual({ addresses: [{ hostname: 'edge.example.com' }], problems: [] })
  })

  it('whose name is none is a problem', () => {
    const service = serviceOf({ type: 'ExternalName', externalName: 'not_a_name' })
    expect(serviceAddresses(service)).toMatchObject({ addresses: [], problems: [{ field: 'spec.externalName' }] })
  })
})

function serviceOf(spec: object, loadBalancer?: object): KubernetesObject {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { namespace: 'edge', name: 'lb' },
    spec,
    status: loadBalancer === undefined ? {} : { loadBalancer },
  }
}
