import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { chartCases } from './chart-cases.ts'
import { type ChartInput, type ChartRenderer, chartRenderer, rendererMissing } from './chart-renderer.ts'
import { allows, type Grant, grantsOf } from './rights.ts'

const rule = (
  namespace: string | undefined,
  [apiGroup, resource]: readonly [string, string],
  verbs: readonly string[],
  resourceNames: readonly string[] = [],
): Grant => ({ namespace, apiGroups: [apiGroup], resources: resource.split(' '), resourceNames, verbs })

const ownNamespace = (lease: string): readonly Grant[] => [
  rule('ingresskit', ['coordination.k8s.io', 'leases'], ['get', 'update'], [lease]),
  rule('ingresskit', ['coordination.k8s.io', 'leases'], ['create']),
  rule('ingresskit', ['', 'pods'], ['get', 'list']),
  rule('ingresskit', ['', 'services'], ['get'], ['ingresskit']),
]
const classes = rule(undefined, ['networking.k8s.io', 'ingressclasses'], ['list', 'watch'])
const watched = (namespace: string | undefined): readonly Grant[] => [
  rule(namespace, ['networking.k8s.io', 'ingresses'], ['get', 'list', 'watch']),
  rule(namespace, ['networking.k8s.io', 'ingresses/status'], ['patch']),
  rule(namespace, ['', 'services'], ['list', 'watch']),
  rule(namespace, ['discovery.k8s.io', 'endpointslices'], ['list', 'watch']),
  rule(namespace, ['', 'events'], ['create', 'patch']),
]
const secrets = (namespace: string | undefined): Grant => rule(namespace, ['', 'secrets configmaps'], ['list', 'watch'])

const suite = `the rights that the chart gives${rendererMissing ? ` (${rendererMissing})` : ''}`
describe.skipIf(rendererMissing !== undefined)(suite, () => {
  let renderer: ChartRenderer
  beforeAll(() => {
    renderer = chartRenderer()
  })
  afterAll(() => renderer.close())
  const grants = (input: ChartInput, account = 'ingresskit'): readonly Grant[] =>
    grantsOf(renderer.render(input).objects, account)

  it('are by default these and no others', () => {
    expect(grants({})).toEqual([classes, ...watched(undefined), ...ownNamespace('ingresskit-leader')])
  })

  it('are Roles in the watched namespaces, but for the classes', () => {
    expect(grants({ valuesFiles: ['one-team'] })).toEqual([
      classes,
      ...watched('shop'),
      ...watched('blog'),
      secrets('shop'),
      ...ownNamespace('ingresskit-leader'),
    ])
  })

  it('include the nodes only where their addresses are published', () => {
    for (const name of ['daemonset-hostport', 'nodeport']) {
      expect(grants({ valuesFiles: [name] })).toContainEqual(rule(undefined, ['', 'nodes'], ['get']))
    }
    expect(grants({ valuesFiles: ['everything'] }, 'edge-controller').flatMap(grant => grant.resources)).not.toContain(
      'nodes',
    )
  })

  it.each(chartCases)('reach no Secret of the whole cluster: $name', ({ input }) => {
    const { objects } = renderer.render(input)
    for (const account of objects.filter(({ kind }) => kind === 'ServiceAccount')) {
      const clusterWide = grantsOf(objects, account.metadata.name).filter(({ namespace }) => namespace === undefined)
      expect(clusterWide.flatMap(grant => grant.resources).filter(name => /secret|configmap/.test(name))).toEqual([])
    }
  })

  it('reach the Secrets of the cluster when that is asked for', () => {
    expect(grants({ values: { rbac: { clusterWideSecrets: true } } })).toContainEqual(secrets(undefined))
    expect(() =>
      renderer.render({ values: { rbac: { clusterWideSecrets: true } }, valuesFiles: ['one-team'] }),
    ).toThrow('rbac.clusterWideSecrets contradicts controller.watchNamespaces')
  })

  it('reach single Secrets that an option names', () => {
    const edge = grants({ valuesFiles: ['everything'] }, 'edge-controller')
    expect(edge).toContainEqual(rule('site', ['', 'secrets'], ['list', 'watch'], ['wildcard']))
    expect(edge).toContainEqual(rule('site', ['', 'secrets'], ['list', 'watch'], ['session-key']))
  })

  it('are for the webhook its own configuration and nothing else', () => {
    const configuration = ['admissionregistration.k8s.io', 'validatingwebhookconfigurations'] as const
    expect(grants({ valuesFiles: ['webhook'] }, 'ingresskit-webhook')).toEqual([
      rule(undefined, configuration, ['get', 'update'], ['ingresskit']),
    ])
    expect(grants({ values: { webhook: { enabled: true, tlsSecret: 'tls' } } }, 'ingresskit-webhook')).toEqual([])
  })

  it.each(chartCases)('name what they are about and never everything: $name', ({ input }) => {
    const { objects } = renderer.render(input)
    const all = objects
      .filter(({ kind }) => kind === 'ServiceAccount')
      .flatMap(({ metadata }) => grantsOf(objects, metadata.name))
    expect(JSON.stringify(all)).not.toContain('*')
    expect(all.flatMap(grant => grant.verbs).filter(verb => /delete|escalate|bind|impersonate/.test(verb))).toEqual([])
  })

  it('are left to others with rbac.create false', () => {
    expect(grants({ values: { rbac: { create: false } } })).toEqual([])
  })
})

describe('allows', () => {
  const inShop = rule('shop', ['', 'secrets'], ['list'], ['tls'])
  const attempt = { verb: 'list', apiGroup: '', resource: 'secrets', namespace: 'shop', name: 'tls' }

  it('holds a grant to its namespace, names and verbs', () => {
    expect(allows([inShop], attempt)).toBe(true)
    expect(allows([inShop], { ...attempt, namespace: 'blog' })).toBe(false)
    expect(allows([inShop], { ...attempt, namespace: undefined })).toBe(false)
    expect(allows([inShop], { ...attempt, name: 'other' })).toBe(false)
    expect(allows([inShop], { ...attempt, name: undefined })).toBe(false)
    expect(allows([inShop], { ...attempt, verb: 'watch' })).toBe(false)
    expect(allows([inShop], { ...attempt, apiGroup: 'apps' })).toBe(false)
    expect(allows([{ ...inShop, namespace: undefined, resourceNames: [] }], attempt)).toBe(true)
  })
})
