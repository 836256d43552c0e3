import { describe, expect, it } from 'vitest'
import { validateKubernetesObject } from './validate-kubernetes-object.ts'

const deployment = (podSpec: object): object => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', namespace: 'shop', labels: { app: 'web' } },
  spec: {
    replicas: 2,
    selector: { matchLabels: { app: 'web' } },
    strategy: { rollingUpdate: { maxSurge: '25%', maxUnavailable: 0 } },
    template: {
      metadata: { labels: { app: 'web' }, creationTimestamp: null },
      spec: {
        containers: [{ name: 'web', image: 'web', resources: { limits: { memory: '1Gi', cpu: 2 } } }],
        ...podSpec,
      },
    },
  },
})

const service = (spec: object): object => ({ apiVersion: 'v1', kind: 'Service', metadata: { name: 'web' }, spec })

describe('validateKubernetesObject', () => {
  it('finds nothing in an object that an API server takes', () => {
    expect(validateKubernetesObject(deployment({ hostNetwork: true }))).toEqual([])
    expect(validateKubernetesObject(service({ ports: [{ port: 80, targetPort: 'http' }, { port: 443 }] }))).toEqual([])
  })

  it('names a field that the API does not know, at any depth', () => {
    expect(validateKubernetesObject(deployment({ hostnetwork: true }))).toEqual([
      'Deployment shop/web: spec.template.spec.hostnetwork is not a field that the API knows.',
    ])
    expect(validateKubernetesObject({ ...service({}), specs: {} })).toEqual([
      'Service web: specs is not a field that the API knows.',
    ])
  })

  it('names a field that is missing', () => {
    expect(validateKubernetesObject(deployment({ containers: [{ image: 'web' }] }))).toEqual([
      'Deployment shop/web: spec.template.spec.containers[0].name is required.',
    ])
  })

  it.each([
    [{ ports: [{ port: '80' }] }, 'spec.ports[0].port must be integer, not "80".'],
    [{ ports: [{ port: 80, targetPort: 1.5 }] }, 'spec.ports[0].targetPort must be integer or string, not 1.5.'],
    [{ type: 'Loadbalancer' }, /^spec\.type must be one of ClusterIP, .*, not "Loadbalancer"\.$/],
    [{ selector: { app: 1 } }, 'spec.selector.app must be string, not 1.'],
    [{ selector: { 'a.b/c': null } }, "spec.selector['a.b/c'] must be string, not null."],
    [{ loadBalancerSourceRanges: '10.0.0.0/8' }, 'spec.loadBalancerSourceRanges must be array, not "10.0.0.0/8".'],
  ])('says of the Service %j what must be there instead', (spec, sentence) => {
    const [violation = '', ...others] = validateKubernetesObject(service(spec))
    expect(others).toEqual([])
    expect(violation.startsWith('Service web: ')).toBe(true)
    expect(violation.slice('Service web: '.length)).toEqual(
      typeof sentence === 'string' ? sentence : expect.stringMatching(sentence),
    )
  })

  it.each(['1', '100m', '1.5Gi', '.5', '1e3', '2E', '-1', '12E6'])('takes the quantity %s', memory => {
    expect(validateKubernetesObject(deployment({ overhead: { memory } }))).toEqual([])
  })

  it.each(['', '1 Gi', '1GB', '1gi', 'one', '1e', '0x10'])('refuses the quantity %j', memory => {
    expect(validateKubernetesObject(deployment({ overhead: { memory } }))).toEqual([
      `Deployment shop/web: spec.template.spec.overhead.memory must be of the format quantity, not "${memory}".`,
    ])
  })

  it('tells all violations of an object at once', () => {
    expect(validateKubernetesObject(service({ type: 'X', ports: [{ name: 'http' }], extra: 1 }))).toHaveLength(3)
  })

  it('refuses what it has no schema of, and what is no object at all', () => {
    expect(
      validateKubernetesObject({ apiVersion: 'extensions/v1beta1', kind: 'Ingress', metadata: { name: 'a' } }),
    ).toEqual(['Ingress a: there is no schema of extensions/v1beta1 Ingress here.'])
    expect(validateKubernetesObject({ kind: 'Service' })).toEqual(['it has no apiVersion or no kind.'])
    for (const nothing of [undefined, null, 'text', []]) {
      expect(validateKubernetesObject(nothing)).toEqual(['it is not an object.'])
    }
  })

  it.each([
    ['v1', 'Secret', { data: { 'tls.crt': 'aGk=' }, type: 'kubernetes.io/tls' }, []],
    ['v1', 'Secret', { data: { 'tls.crt': 'hi!' } }, [/data\['tls\.crt'\] must be of the format byte/]],
    ['coordination.k8s.io/v1', 'Lease', { spec: { renewTime: '2026-01-02T03:04:05.000000Z' } }, []],
    ['coordination.k8s.io/v1', 'Lease', { spec: { renewTime: 'now' } }, [/renewTime must be of the format date-time/]],
    ['coordination.k8s.io/v1', 'Lease', { spec: { leaseDurationSeconds: 2 ** 40 } }, [/must be of the format int32/]],
    ['networking.k8s.io/v1', 'Ingress', { spec: { rules: [{ http: { paths: [{ backend: {} }] } }] } }, [/pathType/]],
  ])('checks %s %s with %j', (apiVersion, kind, fields, expected) => {
    expect(validateKubernetesObject({ apiVersion, kind, metadata: { name: 'a' }, ...fields })).toEqual(
      expected.map(pattern => expect.stringMatching(pattern) as unknown),
    )
  })
})
