import { describe, expect, it } from 'vitest'
import { ingress, ingressClass, pathTo, reached, rule, translate } from '../test/objects.ts'
import type { KubernetesObject } from './kubernetes-object.ts'

const ours = 'ingresskit.dev/ingress-controller'
const isDefault = { 'ingressclass.kubernetes.io/is-default-class': 'true' }
const rules = [rule('a.example', pathTo('web'))]

function withoutClass(annotations: Readonly<Record<string, string>> = {}): KubernetesObject {
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { name: 'site', namespace: 'default', annotations },
    spec: { rules },
  }
}

describe('which Ingresses are served', () => {
  const served = 'default/web:80'
  const cases = [
    {
      title: 'the class of a manifest needs no IngressClass object',
      object: ingress({ spec: { rules } }),
      expected: served,
    },
    {
      title: 'with an API server it does',
      object: ingress({ spec: { rules } }),
      options: { admission: 'api-server' },
      expected: 'no-host',
    },
    {
      title: 'a class object with our controller makes any class name ours',
      object: ingress({ spec: { rules, ingressClassName: 'nginx' } }),
      classes: [ingressClass('nginx', ours)],
      options: { admission: 'api-server' },
      expected: served,
    },
    {
      title: 'a class object of another controller is not ours, even under our name',
      object: ingress({ spec: { rules } }),
      classes: [ingressClass('ingresskit', 'k8s.io/ingress-nginx')],
      expected: 'no-host',
    },
    {
      title: 'another class name is not ours',
      object: ingress({ spec: { rules, ingressClassName: 'nginx' } }),
      expected: 'no-host',
    },
    {
      title: 'the old annotation counts when the field is absent',
      object: withoutClass({ 'kubernetes.io/ingress.class': 'ingresskit' }),
      options: { admission: 'api-server' },
      expected: served,
    },
    {
      title: 'the field beats the old annotation',
      object: ingress({
        annotations: { 'kubernetes.io/ingress.class': 'ingresskit' },
        spec: { rules, ingressClassName: 'nginx' },
      }),
      expected: 'no-host',
    },
    { title: 'no class is not ours', object: withoutClass(), expected: 'no-host' },
    {
      title: 'no class is ours when asked for',
      object: withoutClass(),
      options: { withoutClass: 'serve' },
      expected: served,
    },
    {
      title: 'in manifests, no class means the default class',
      object: withoutClass(),
      classes: [ingressClass('main', ours, isDefault)],
      expected: served,
    },
    {
      title: 'with an API server the default class was written into the object at its creation',
      object: withoutClass(),
      classes: [ingressClass('main', ours, isDefault)],
      options: { admission: 'api-server' },
      expected: 'no-host',
    },
    {
      title: 'a default class of another controller is not ours',
      object: withoutClass(),
      classes: [ingressClass('main', 'other', isDefault)],
      expected: 'no-host',
    },
  ] as const

  it.each(cases)('$title', ({ object, expected, ...world }) => {
    const translation = translate({ ingresses: [object], ...world })
    expect(reached(translation, 'a.example', '/')).toBe(expected)
  })

  it('says why an Ingress is not served', () => {
    const translation = translate({ ingresses: [ingress({ spec: { rules, ingressClassName: 'nginx' } })] })
    expect(translation.skipped.get('default/site')?.reason).toContain('nginx')
  })

  it('has no default class when two are marked, and reports both', () => {
    const classes = [ingressClass('one', ours, isDefault), ingressClass('two', ours, isDefault)]
    const translation = translate({ ingresses: [withoutClass()], classes })
    expect(reached(translation, 'a.example', '/')).toBe('no-host')
    expect(translation.problems.map(({ reason, name }) => `${reason} ${name}`)).toEqual([
      'DefaultClassAmbiguous one',
      'DefaultClassAmbiguous two',
    ])
  })
})
