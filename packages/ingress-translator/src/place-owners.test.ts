import { describe, expect, it } from 'vitest'
import { ingress, pathTo, problemsOf, rule, service, translate } from '../test/objects.ts'
import type { KubernetesObject } from './kubernetes-object.ts'
import type { Translation } from './translation.ts'

const match = { 'ingresskit.dev/match-methods': 'GET, HEAD, POST, PUT, DELETE' }
const canary = {
  'nginx.ingress.kubernetes.io/canary': 'true',
  'nginx.ingress.kubernetes.io/canary-weight': '100',
}

interface Claim {
  /** Its month: a larger one is younger. */
  readonly month: number
  readonly annotations?: Readonly<Record<string, string>>
  readonly path?: string
  readonly pathType?: string
}

/** An Ingress for `/` of `a.example`, named as `namespace/name`. */
function claim(key: string, { month, path, pathType, ...meta }: Claim): KubernetesObject {
  const [namespace = '', name = ''] = key.split('/')
  const creationTimestamp = `2026-0${month}-01T00:00:00Z`
  return ingress({
    namespace,
    name,
    creationTimestamp,
    ...meta,
    spec: { rules: [rule('a.example', pathTo('web', path, pathType))] },
  })
}

function serving(translation: Translation): readonly string[] {
  return [...translation.table.rules()].map(
    ({
      value: {
        ingress: { namespace, name },
      },
    }) => `${namespace}/${name}`,
  )
}

function losers(translation: Translation): readonly string[] {
  return translation.problems.map(({ reason, namespace, name }) => `${reason} ${namespace}/${name}`)
}

const services = ['default', 'evil', 'other'].map(namespace => {
  const web = service('web')
  return { ...web, metadata: { ...web.metadata, namespace } }
})
const main = claim('default/main', { month: 1 })

describe('a place that Ingresses of several namespaces claim', () => {
  it.each([
    ['conditions', match],
    ['a canary of weight 100', canary],
    ['a canary with conditions', { ...match, ...canary }],
  ])('keeps its requests from %s of another namespace, which is told who is first', (_, annotations) => {
    const thief = claim('evil/thief', { month: 2, annotations })
    const translation = translate({ ingresses: [thief, main], services })
    expect(serving(translation)).toEqual(['default/main'])
    expect(translation.problems).toMatchObject([
      { severity: 'warning', reason: 'RuleConflict', name: 'thief', field: 'spec.rules[0].http.paths[0]' },
    ])
    expect(translation.problems[0]?.message).toContain('belong to Ingress default/main, which comes first')
    expect(translation.conflicts).toMatchObject([{ host: 'a.example', path: '/' }])
  })

  it('is shared by the Ingresses of the namespace that is first', () => {
    const own = claim('default/own', { month: 3, annotations: match })
    const ownCanary = claim('default/canary', { month: 3, annotations: canary })
    const thief = claim('evil/thief', { month: 2, annotations: match })
    const translation = translate({ ingresses: [thief, ownCanary, own, main], services })
    expect(serving(translation)).toEqual(['default/main', 'default/own', 'default/canary'])
  })

  it.each([
    ['conditions', match],
    ['a canary', canary],
  ])('belongs to %s that is first, and a plain rule of another namespace loses', (_, annotations) => {
    const first = claim('default/first', { month: 1, annotations })
    const plain = claim('evil/plain', { month: 2 })
    const late = claim('default/main', { month: 3 })
    const translation = translate({ ingresses: [late, plain, first], services })
    expect(serving(translation).toSorted()).toEqual(['default/first', 'default/main'])
    expect(losers(translation)).toEqual(['RuleConflict evil/plain'])
  })

  it('belongs to a canary without a main Ingress as well: making one takes nothing from anybody', () => {
    const first = claim('default/first', { month: 1, annotations: canary })
    const plain = claim('other/plain', { month: 2 })
    const translation = translate({ ingresses: [first, plain], services })
    expect(serving(translation)).toEqual([])
    expect(losers(translation)).toEqual(['CanaryWithoutMain default/first', 'RuleConflict other/plain'])
  })

  it('does not belong to an Ingress that is left out for a bad condition', () => {
    const bad = claim('evil/bad', { month: 1, annotations: { 'ingresskit.dev/match-methods': '' } })
    const translation = translate({ ingresses: [bad, claim('default/main', { month: 2 })], services })
    expect(serving(translation)).toEqual(['default/main'])
  })

  it('is another one with another path or kind of match, and the same with a slash at its end', () => {
    const atApi = claim('default/main', { month: 1, path: '/api' })
    const others = [
      claim('other/exact', { month: 2, path: '/api', pathType: 'Exact', annotations: match }),
      claim('other/longer', { month: 2, path: '/api/v1', annotations: match }),
      claim('evil/slash', { month: 2, path: '/api/', annotations: match }),
      claim('evil/specific', { month: 2, path: '/api', pathType: 'ImplementationSpecific', annotations: match }),
    ]
    const translation = translate({ ingresses: [...others, atApi], services })
    expect(serving(translation).toSorted()).toEqual(['default/main', 'other/exact', 'other/longer'])
  })

  it('names no language for an Ingress that lost it', () => {
    const thief = claim('evil/thief', { month: 2, annotations: { 'ingresskit.dev/match-language': 'fr' } })
    expect(translate({ ingresses: [main, thief], services }).siteLanguages.size).toBe(0)
  })

  it('is kept as it is in the table while others come and go beside it', () => {
    const own = claim('default/own', { month: 3, annotations: canary })
    const thief = claim('evil/thief', { month: 2, annotations: match })
    const before = translate({ ingresses: [main, own], services })
    const after = translate({ ingresses: [main, own, thief], services, previous: before })
    expect(after.table.match('a.example', '/')).toBe(before.table.match('a.example', '/'))
    const gone = translate({ ingresses: [main, own], services, previous: after })
    expect(gone.table.match('a.example', '/')).toBe(before.table.match('a.example', '/'))
    expect(problemsOf(gone)).toEqual([])
  })
})
