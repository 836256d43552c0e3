import { validateKubernetesObject } from '@ingresskit/testkit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { chartCases } from './chart-cases.ts'
import { type ChartRenderer, chartRenderer, rendererMissing } from './chart-renderer.ts'
import { danglingReferences } from './dangling-references.ts'
import { field, labelOf, listAt, ofKind } from './manifest-object.ts'

// The default reporter does not show the titles of skipped suites.
if (rendererMissing !== undefined) console.warn(`the Helm chart is not tested: ${rendererMissing}`)

describe.skipIf(rendererMissing !== undefined)(`the chart${rendererMissing ? ` (${rendererMissing})` : ''}`, () => {
  let renderer: ChartRenderer
  beforeAll(() => {
    renderer = chartRenderer()
  })
  afterAll(() => renderer.close())

  it.each(chartCases)('renders objects that the API server takes: $name', ({ input }) => {
    const { objects } = renderer.render(input)
    expect(objects.length).toBeGreaterThan(6)
    // The one kind that comes from a CRD.
    const builtIn = objects.filter(({ kind }) => kind !== 'ServiceMonitor')
    expect(builtIn.flatMap(validateKubernetesObject)).toEqual([])
  })

  it.each(chartCases)(
    'renders each object once, in its namespace, with the labels of the release: $name',
    ({ input }) => {
      const { objects } = renderer.render(input)
      const clusterWide = /^(?:Cluster|IngressClass|Validating)/
      expect(new Set(objects.map(labelOf)).size).toBe(objects.length)
      for (const object of objects) {
        const { labels, namespace } = object.metadata
        const name = labelOf(object)
        expect({ name, clusterWide: namespace === undefined, ...labels }).toMatchObject({
          name,
          clusterWide: clusterWide.test(object.kind),
          'app.kubernetes.io/name': 'ingresskit',
          'app.kubernetes.io/instance': input.release ?? 'ingresskit',
          'app.kubernetes.io/managed-by': 'Helm',
        })
      }
    },
  )

  it.each(chartCases)('refers only to what is there: $name', ({ input }) => {
    expect(danglingReferences(renderer.render(input).objects)).toEqual([])
  })

  it.each(chartCases)('is the same for every version of Helm: $name', ({ input }) => {
    expect(renderer.render({ ...input, numbers: 'exact' })).toEqual(renderer.render({ ...input, numbers: 'float' }))
  })

  it.each(chartCases)('gives the process the time to drain: $name', ({ input }) => {
    const workload = ofKind(renderer.render(input).objects, 'Deployment', 'DaemonSet').find(
      ({ metadata }) => metadata.labels?.['app.kubernetes.io/component'] === 'controller',
    )
    const args = listAt(workload, 'spec.template.spec.containers.0.args').map(String)
    const seconds = (option: string): number =>
      Number(args.find(arg => arg.startsWith(`${option}=`))?.slice(option.length + 1))
    expect(field(workload, 'spec.template.spec.terminationGracePeriodSeconds')).toBeGreaterThan(
      seconds('--drain-delay') + seconds('--drain-timeout'),
    )
  })

  it('lets the Prometheus operator find the metrics', () => {
    const { objects } = renderer.render({ valuesFiles: ['everything'] })
    const [monitor] = ofKind(objects, 'ServiceMonitor')
    expect(monitor).toMatchObject({
      apiVersion: 'monitoring.coreos.com/v1',
      metadata: { labels: { release: 'prometheus' } },
      spec: { endpoints: [{ port: 'metrics', path: '/metrics', interval: '30s' }] },
    })
    const wanted = field(monitor, 'spec.selector.matchLabels') as Readonly<Record<string, string>>
    const selected = ofKind(objects, 'Service').filter(({ metadata }) =>
      Object.entries(wanted).every(([key, value]) => metadata.labels?.[key] === value),
    )
    expect(selected.map(labelOf)).toEqual(['Service ingresskit/edge-metrics'])
    expect(listAt(selected[0], 'spec.ports').map(port => field(port, 'name'))).toEqual(['metrics'])
  })

  it('never puts the admin port on the Service of the sites', () => {
    for (const { input } of chartCases) {
      const services = ofKind(renderer.render(input).objects, 'Service').filter(
        service => field(service, 'spec.type') !== 'ClusterIP',
      )
      const targets = services.flatMap(service => listAt(service, 'spec.ports').map(port => field(port, 'targetPort')))
      expect(targets.every(target => target === 'http' || target === 'https')).toBe(true)
    }
  })

  it('says in its notes how the webhook is removed, by the name that it has in this release', () => {
    const { objects, notes } = renderer.render({ valuesFiles: ['webhook'], release: 'edge', namespace: 'network' })
    const [configuration] = ofKind(objects, 'ValidatingWebhookConfiguration')
    expect(notes).toContain(`kubectl delete validatingwebhookconfiguration ${configuration?.metadata.name}\n`)
  })

  it('says in its notes how to see whether it is well, and what is not allowed yet', () => {
    expect(renderer.render().notes).toContain('kubectl -n ingresskit rollout status deployment/ingresskit')
    expect(renderer.render().notes).toContain('No Secret may be read yet')
    expect(renderer.render({ valuesFiles: ['one-team'] }).notes).not.toContain('No Secret may be read yet')
  })
})
