import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { chartCases } from './chart-cases.ts'
import { type ChartInput, type ChartRenderer, chartRenderer, rendererMissing } from './chart-renderer.ts'
import { field, listAt, ofKind } from './manifest-object.ts'
import { restrictedViolations } from './pod-security.ts'

const good = {
  securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
  containers: [{ name: 'web', securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } } }],
}

describe('restrictedViolations', () => {
  it('finds none in a pod that has given up everything', () => {
    expect(restrictedViolations(good)).toEqual([])
  })

  it.each([
    [{ ...good, hostNetwork: true }, 'hostNetwork is not allowed.'],
    [{ ...good, volumes: [{ name: 'root', hostPath: { path: '/' } }] }, 'hostPath is not allowed.'],
    [{ ...good, securityContext: { seccompProfile: { type: 'RuntimeDefault' } } }, 'web: runAsNonRoot must be true.'],
    [{ ...good, securityContext: { runAsNonRoot: true } }, 'web: seccompProfile must be set.'],
    [
      { ...good, securityContext: { ...good.securityContext, sysctls: [{ name: 'kernel.msgmax', value: '1' }] } },
      'kernel.msgmax is not allowed.',
    ],
  ])('sees what a pod spec asks for: %j', (podSpec, sentence) => {
    expect(restrictedViolations(podSpec)).toEqual([sentence])
  })

  it.each([
    [{ securityContext: {} }, ['allowPrivilegeEscalation', 'capabilities.drop']],
    [{ ports: [{ containerPort: 1, hostPort: 80 }] }, ['hostPort']],
    [{ livenessProbe: { httpGet: { host: '127.0.0.1' } } }, ['host in a probe']],
    [{ securityContext: { ...good.containers[0]?.securityContext, runAsUser: 0 } }, ['runAsUser']],
    [{ securityContext: { ...good.containers[0]?.securityContext, privileged: true } }, ['privileged is']],
  ])('sees what a container asks for: %j', (container, words) => {
    const found = restrictedViolations({ ...good, containers: [{ ...good.containers[0], ...container }] })
    expect(found).toHaveLength(words.length)
    for (const word of words) expect(found.join(' ')).toContain(word)
  })
})

const suite = `the pods of the chart${rendererMissing ? ` (${rendererMissing})` : ''}`
describe.skipIf(rendererMissing !== undefined)(suite, () => {
  let renderer: ChartRenderer
  beforeAll(() => {
    renderer = chartRenderer()
  })
  afterAll(() => renderer.close())
  const podSpecs = (input: ChartInput): readonly unknown[] =>
    ofKind(renderer.render(input).objects, 'Deployment', 'DaemonSet').map(workload =>
      field(workload, 'spec.template.spec'),
    )

  it.each(chartCases.filter(({ name }) => !name.startsWith('daemonset-')))(
    'may run where Pod Security "restricted" is enforced: $name',
    ({ input }) => {
      expect(podSpecs(input).length).toBeGreaterThan(0)
      expect(podSpecs(input).flatMap(restrictedViolations)).toEqual([])
    },
  )

  it('need of the node nothing but its ports where they use these', () => {
    expect(podSpecs({ valuesFiles: ['daemonset-hostport'] }).flatMap(restrictedViolations)).toEqual([
      'controller: hostPort is not allowed.',
    ])
    expect(podSpecs({ valuesFiles: ['daemonset-hostnetwork'] }).flatMap(restrictedViolations)).toEqual([
      'hostNetwork is not allowed.',
      'controller: hostPort is not allowed.',
      'controller: a host in a probe is not allowed.',
    ])
  })

  it('cannot write to their root, and get no variables about Services', () => {
    for (const podSpec of chartCases.flatMap(({ input }) => podSpecs(input))) {
      for (const container of listAt(podSpec, 'containers')) {
        expect(field(container, 'securityContext.readOnlyRootFilesystem')).toBe(true)
      }
      // A Service named ingresskit would set INGRESSKIT_PORT, which looks like an option.
      expect(field(podSpec, 'enableServiceLinks')).toBe(false)
      expect(field(podSpec, 'securityContext.runAsUser')).toBe(65_532)
    }
  })

  it('hide the admin port from the network that they share with their node', () => {
    const [podSpec] = podSpecs({ valuesFiles: ['daemonset-hostnetwork'] })
    expect(listAt(podSpec, 'containers.0.args')).toContain('--admin-bind=127.0.0.1')
    expect(field(podSpec, 'containers.0.readinessProbe.httpGet.host')).toBe('127.0.0.1')
    expect(field(podSpec, 'dnsPolicy')).toBe('ClusterFirstWithHostNet')
  })
})
