import { validateKubernetesObject } from '@ingresskit/testkit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ChartInput, type ChartRenderer, chartRenderer, rendererMissing } from './chart-renderer.ts'
import { danglingReferences } from './dangling-references.ts'
import { kustomize, kustomizeMissing, plainResources } from './kustomize.ts'
import { field, labelOf, type ManifestObject, ofKind } from './manifest-object.ts'
import { restrictedViolations } from './pod-security.ts'

/** Each folder, and the values that make the chart install the same. */
const folders: readonly (readonly [folder: string, input: ChartInput])[] = [
  ['base', {}],
  ['overlays/autoscaling', { values: { autoscaling: { enabled: true } } }],
  ['overlays/daemonset-hostnetwork', { valuesFiles: ['daemonset-hostnetwork'] }],
  ['overlays/daemonset-hostport', { valuesFiles: ['daemonset-hostport'] }],
  ['overlays/metrics', { values: { metrics: { enabled: true, serviceMonitor: { enabled: true } } } }],
  ['overlays/migrate-from-nginx', { valuesFiles: ['migrate-from-nginx'] }],
  ['overlays/nodeport', { valuesFiles: ['nodeport'] }],
  ['overlays/webhook', { valuesFiles: ['webhook'] }],
]

// The default reporter does not show the titles of skipped suites.
if (kustomizeMissing !== undefined) console.warn(`the Kustomize overlays are not tested: ${kustomizeMissing}`)

const suite = `the Kustomize folders${kustomizeMissing ? ` (${kustomizeMissing})` : ''}`
describe.skipIf(kustomizeMissing !== undefined)(suite, () => {
  it.each(folders)('are objects that the API server takes: %s', folder => {
    const objects = kustomize(folder)
    expect(objects.length).toBeGreaterThan(6)
    // The one kind that comes from a CRD.
    const builtIn = objects.filter(({ kind }) => kind !== 'ServiceMonitor')
    expect(builtIn.flatMap(validateKubernetesObject)).toEqual([])
    expect(danglingReferences(objects)).toEqual([])
  })

  it.each(folders)('make a namespace that lets the pods in: %s', folder => {
    const objects = kustomize(folder)
    const [namespace] = ofKind(objects, 'Namespace')
    const violations = ofKind(objects, 'Deployment', 'DaemonSet').flatMap(workload =>
      restrictedViolations(field(workload, 'spec.template.spec')),
    )
    expect(namespace?.metadata.labels?.['pod-security.kubernetes.io/enforce']).toBe(
      violations.length === 0 ? 'restricted' : 'privileged',
    )
  })

  it.each(['base', 'secrets'])('work with every kubectl where they name files only: %s', folder => {
    expect(sorted(kustomize(folder))).toEqual(sorted(plainResources(folder)))
  })

  it('give the Secrets of a namespace to the controller, by one command with its name', () => {
    const objects = kustomize('secrets')
    expect(objects.flatMap(validateKubernetesObject)).toEqual([])
    expect(objects.map(labelOf)).toEqual(['Role ingresskit-secrets', 'RoleBinding ingresskit-secrets'])
    const [account] = ofKind(kustomize('base'), 'ServiceAccount')
    expect(field(objects[1], 'subjects.0')).toEqual({
      kind: 'ServiceAccount',
      name: account?.metadata.name,
      namespace: account?.metadata.namespace,
    })
  })
})

const reason = kustomizeMissing ?? rendererMissing
const both = `the Kustomize folders and the chart${reason ? ` (${reason})` : ''}`
describe.skipIf(reason !== undefined)(both, () => {
  let renderer: ChartRenderer
  beforeAll(() => {
    renderer = chartRenderer()
  })
  afterAll(() => renderer.close())

  it.each(folders)('install the same: %s', (folder, input) => {
    const fromChart = renderer.render(input).objects.map(withoutHelm)
    const fromFolder = kustomize(folder).filter(({ kind }) => kind !== 'Namespace')
    expect(sorted(fromFolder)).toEqual(sorted(fromChart))
  })

  it('give the same rights on the Secrets of a namespace', () => {
    const { objects } = renderer.render({ values: { rbac: { secretNamespaces: ['shop'] } } })
    const role = ofKind(objects, 'Role').find(({ metadata }) => metadata.namespace === 'shop')
    expect(role?.metadata.name).toBe('ingresskit-secrets')
    expect(field(kustomize('secrets')[0], 'rules')).toEqual(field(role, 'rules'))
  })
})

const chartOnly = `the Kustomize base${rendererMissing ? ` (${rendererMissing})` : ''}`
describe.skipIf(rendererMissing !== undefined)(chartOnly, () => {
  it('is the chart with its defaults, and a namespace', () => {
    const renderer = chartRenderer()
    try {
      const objects = plainResources('base')
      expect(sorted(objects.filter(({ kind }) => kind !== 'Namespace'))).toEqual(
        sorted(renderer.render().objects.map(withoutHelm)),
      )
    } finally {
      renderer.close()
    }
  })
})

/** Without the labels that say who installed it. */
function withoutHelm(object: ManifestObject): ManifestObject {
  const { 'app.kubernetes.io/managed-by': _, 'helm.sh/chart': __, ...labels } = object.metadata.labels ?? {}
  return { ...object, metadata: { ...object.metadata, labels } }
}

function sorted(objects: readonly ManifestObject[]): readonly ManifestObject[] {
  return objects.toSorted((a, b) => (labelOf(a) < labelOf(b) ? -1 : 1))
}
