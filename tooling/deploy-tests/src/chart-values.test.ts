import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { chartCases } from './chart-cases.ts'
import { chartFolder, type ChartRenderer, chartRenderer, rendererMissing } from './chart-renderer.ts'
import { field, listAt, ofKind } from './manifest-object.ts'
import { valuesTable, withValuesTable } from './values-table.ts'

const suite = `the values of the chart${rendererMissing ? ` (${rendererMissing})` : ''}`
describe.skipIf(rendererMissing !== undefined)(suite, () => {
  let renderer: ChartRenderer
  beforeAll(() => {
    renderer = chartRenderer()
  })
  afterAll(() => renderer.close())

  it.each(chartCases)('meet the schema: $name', ({ input }) => {
    expect(() => renderer.render(input)).not.toThrow()
  })

  it.each([
    [{ replcas: 3 }, 'Additional property replcas is not allowed'],
    [{ service: { typ: 'NodePort' } }, 'Additional property typ is not allowed'],
    [{ service: { type: 'nodeport' } }, 'service.type must be one of'],
    [{ kind: 'StatefulSet' }, 'kind must be one of'],
    [{ replicas: '3' }, 'Invalid type. Expected: integer, given: string'],
    [{ ports: { http: 70_000 } }, 'ports.http: Must be less than or equal to 65535'],
    [{ image: { digest: 'sha256:abc' } }, 'image.digest: Does not match pattern'],
    [{ controller: { defaultTlsSecret: 'wildcard' } }, 'controller.defaultTlsSecret: Does not match pattern'],
    [{ controller: { extraArgs: ['--a=b\n--admin-bind=::'] } }, 'controller.extraArgs.0: Does not match pattern'],
    [{ controller: { watchNamespaces: 'shop' } }, 'Expected: array, given: string'],
    [{ webhook: { replicas: 11 } }, 'webhook.replicas: Must be less than or equal to 10'],
    [{ networkPolicy: { apiServerCidrs: ['10.0.0.1'] } }, 'networkPolicy.apiServerCidrs.0: Does not match pattern'],
    [{ rbac: { secretNamespaces: ['*'] } }, 'rbac.secretNamespaces.0: Does not match pattern'],
  ])('that are wrong are refused with their place: %j', (values, message) => {
    expect(() => renderer.render({ values })).toThrow(message)
  })

  it.each([
    [{ kind: 'DaemonSet', autoscaling: { enabled: true } }, 'autoscaling.enabled needs kind: Deployment'],
    [{ hostNetwork: true, hostPort: { enabled: true } }, 'hostNetwork and hostPort.enabled exclude each other'],
    [{ publishStatus: { source: 'service' }, service: { enabled: false } }, 'needs service.enabled'],
    [{ publishStatus: { source: 'addresses' } }, 'needs publishStatus.addresses'],
    [{ metrics: { serviceMonitor: { enabled: true } } }, 'needs metrics.enabled'],
    [{ metrics: { enabled: true }, hostNetwork: true }, 'metrics.enabled has no effect with hostNetwork'],
    [{ autoscaling: { enabled: true, minReplicas: 3, maxReplicas: 2 } }, 'must not be more than'],
    [{ rollout: { maxUnavailable: 0, maxSurge: '0%' } }, 'are both 0'],
    [{ migration: { enabled: true, className: 'ingresskit' } }, 'must differ'],
  ])('that contradict each other are refused with the remedy: %j', (values, message) => {
    expect(() => renderer.render({ values })).toThrow(message)
  })

  it('may open the admin port of the nodes to those who collect metrics, when that is said', () => {
    const values = { metrics: { enabled: true }, hostNetwork: true, controller: { extraArgs: ['--admin-bind=::'] } }
    expect(() => renderer.render({ values })).not.toThrow()
  })

  it('that are set to null, as Helm users take defaults away, do no harm', () => {
    const { objects } = renderer.render({ values: { nodeSelector: null, priorityClassName: null, commonLabels: null } })
    const [workload] = ofKind(objects, 'Deployment')
    expect(field(workload, 'spec.template.spec.nodeSelector')).toBeUndefined()
  })

  it('may hold what Helm gives to a chart that another one depends on', () => {
    expect(() => renderer.render({ values: { global: { region: 'eu' } } })).not.toThrow()
  })

  it('publish the address of the load balancer by themselves, and nothing where there is none', () => {
    const args = (values: object): readonly unknown[] =>
      listAt(ofKind(renderer.render({ values }).objects, 'Deployment')[0], 'spec.template.spec.containers.0.args')
    expect(args({})).toContain('--publish-service=ingresskit/ingresskit')
    expect(args({ service: { type: 'NodePort' } })).toContain('--publish-service=ingresskit/ingresskit')
    expect(args({ service: { type: 'ClusterIP' } }).join(' ')).not.toContain('--publish')
    expect(args({ publishStatus: { source: 'service', service: 'edge/haproxy' } })).toContain(
      '--publish-service=edge/haproxy',
    )
  })
})

describe("the chart's README", () => {
  const read = (name: string): string => readFileSync(join(chartFolder, name), 'utf8')

  it('has each value with its default and meaning (else: node tooling/deploy-tests/src/write-chart-readme.ts)', () => {
    expect(withValuesTable(read('README.md'), read('values.yaml'))).toBe(read('README.md'))
  })

  it('shows the default and the comment of each value, and the parts of maps that have parts', () => {
    const values =
      '# Top.\n\n# How many.\nreplicas: 2\n# Of the image.\nimage:\n  # Text | pipe.\n  tag: ""\n  args: []\nlabels: {}\n'
    expect(valuesTable(values)).toBe(
      [
        '| value | default | meaning |',
        '| --- | --- | --- |',
        '| `replicas` | `2` | How many. |',
        '| `image` | | Of the image. |',
        '| `image.tag` | `""` | Text \\| pipe. |',
        '| `image.args` | `[]` | |',
        '| `labels` | `{}` | |',
      ].join('\n'),
    )
  })
})
