import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ChartRenderer, chartRenderer, rendererMissing } from './chart-renderer.ts'
import { field, type ManifestObject, ofKind, parseManifests } from './manifest-object.ts'
import { repositoryPath } from './repository-folder.ts'

/** The objects that the guide shows. */
function guideObjects(): readonly ManifestObject[] {
  const guide = readFileSync(repositoryPath('docs/guides/admission.md'), 'utf8')
  return [...guide.matchAll(/^```yaml\n([\s\S]*?)^```/gm)].flatMap(([, text]) => parseManifests(text ?? ''))
}

const suite = `what docs/guides/admission.md shows${rendererMissing ? ` (${rendererMissing})` : ''}`
describe.skipIf(rendererMissing !== undefined)(suite, () => {
  let renderer: ChartRenderer
  beforeAll(() => {
    renderer = chartRenderer()
  })
  afterAll(() => renderer.close())

  /** Expressions are compared as their words: line ends mean nothing in CEL. */
  const comparable = (object: ManifestObject | undefined, path: string): unknown =>
    JSON.parse(
      JSON.stringify(field(object, path), (key, value: unknown) =>
        key === 'expression' && typeof value === 'string'
          ? value.replace('has(object.spec) && has', 'has').replaceAll(/\s+/g, ' ')
          : value,
      ),
    )

  it.each([
    ['ValidatingWebhookConfiguration', 'webhooks'],
    ['ValidatingAdmissionPolicy', 'spec'],
    ['ValidatingAdmissionPolicyBinding', 'spec'],
  ])('is what the chart installs: %s', (kind, path) => {
    const [shown] = ofKind(guideObjects(), kind)
    const [installed] = ofKind(renderer.render({ valuesFiles: ['webhook'] }).objects, kind)
    expect(installed?.metadata.name).toBe(shown?.metadata.name)
    expect(comparable(installed, path)).toEqual(comparable(shown, path))
  })

  it('asks about the classes that the controller serves, and about no class where it serves that', () => {
    const { objects } = renderer.render({ valuesFiles: ['everything'] })
    const conditions = ['ValidatingWebhookConfiguration', 'ValidatingAdmissionPolicy'].map(kind => {
      const [object] = ofKind(objects, kind)
      return String(
        field(object, 'webhooks.0.matchConditions.0.expression') ?? field(object, 'spec.matchConditions.0.expression'),
      )
    })
    expect(conditions).toHaveLength(2)
    for (const condition of conditions) {
      expect(condition).toContain("object.spec.ingressClassName in ['ingresskit', 'nginx']")
      expect(condition).toContain("!('kubernetes.io/ingress.class' in object.metadata.annotations)")
    }
  })
})
