import { describe, expect, it } from 'vitest'
import {
  annotated,
  ingress,
  messagesOf,
  onlyTarget,
  pathTo,
  problemsOf,
  reached,
  rule,
  service,
  translate,
} from '../test/objects.ts'
import type { Balancing } from './balancing.ts'
import type { Translation } from './translation.ts'

const strategy = 'ingresskit.dev/load-balance'
const breaker = 'ingresskit.dev/circuit-breaker'

function balancingOf(translation: Translation, host: string): Balancing | undefined {
  const match = translation.table.match(host, '/')
  return match.kind === 'rule' ? match.rule.value.balancing : undefined
}

describe('annotations of a Service', () => {
  it('hold for the paths that use it, unless the Ingress says otherwise, annotation by annotation', () => {
    const onService = { [strategy]: 'maglev', 'ingresskit.dev/hash-on': 'uri', 'ingresskit.dev/retry': 'attempts=2' }
    const { balancing } = onlyTarget(annotated({ 'ingresskit.dev/hash-on': 'host' }, { onService }))
    expect(balancing).toMatchObject({ strategy: 'maglev', hashOn: { kind: 'host' }, retry: { attempts: 2 } })
    expect(balancing.decidedBy).toEqual({
      'load-balance': 'Service default/web ingresskit.dev/load-balance',
      'hash-on': 'Ingress default/site ingresskit.dev/hash-on',
      retry: 'Service default/web ingresskit.dev/retry',
    })
  })

  it.each(['health-check', 'outlier-detection', 'circuit-breaker', 'slow-start', 'hash-bound'])(
    'are switched off by %s: off on the Ingress',
    name => {
      const annotation = `ingresskit.dev/${name}`
      const value = { 'slow-start': '30s', 'hash-bound': '2' }[name] ?? 'on'
      const onService = { [strategy]: 'ring-hash', [annotation]: value }
      const withIt = onlyTarget(annotated({}, { onService })).balancing
      const without = onlyTarget(annotated({ [annotation]: 'off' }, { onService })).balancing
      expect(withIt.key).not.toBe(without.key)
      expect(without.key).toBe(onlyTarget(annotated({ [strategy]: 'ring-hash' })).balancing.key)
      expect(without.decidedBy[name]).toBe(`Ingress default/site ${annotation}`)
    },
  )

  it('come before those of ingress-nginx on the Ingress', () => {
    const nginx = { 'nginx.ingress.kubernetes.io/load-balance': 'ewma' }
    expect(onlyTarget(annotated(nginx)).balancing.strategy).toBe('peak-ewma')
    expect(onlyTarget(annotated(nginx, { onService: { [strategy]: 'p2c' } })).balancing.strategy).toBe('p2c')
  })

  it('are not taken from the prefix of ingress-nginx, and one that a Service cannot have is a warning there', () => {
    const translation = annotated(
      {},
      { onService: { 'nginx.ingress.kubernetes.io/load-balance': 'ewma', 'ingresskit.dev/service-weights': 'web=1' } },
    )
    expect(onlyTarget(translation).balancing.strategy).toBe('round-robin')
    expect(messagesOf(translation)).toEqual([
      'warning Service/web: it has no effect on a Service; set it on the Ingress, or remove it',
    ])
  })
})

describe('a bad annotation of a Service', () => {
  const worlds = ['one', 'two'].map(name =>
    ingress({ name, spec: { rules: [rule(`${name}.example`, pathTo('web'), pathTo('web', '/more'))] } }),
  )

  it('is one problem of the Service, however many paths and Ingresses use it, and the default holds for all', () => {
    const translation = translate({ ingresses: worlds, services: [service('web', undefined, { [strategy]: 'best' })] })
    expect(translation.problems).toMatchObject([
      { kind: 'Service', namespace: 'default', name: 'web', severity: 'error', reason: 'AnnotationInvalid' },
    ])
    for (const host of ['one.example', 'two.example'])
      expect(balancingOf(translation, host)?.strategy).toBe('round-robin')
  })

  it('that limits is answered 503 for all that use it, except where an Ingress has limits of its own', () => {
    const [one, two] = worlds
    const own = ingress({
      name: 'own',
      annotations: { [breaker]: 'requests=5' },
      spec: { rules: [rule('own.example', pathTo('web'))] },
    })
    const translation = translate({
      ingresses: [one, two, own].filter(object => object !== undefined),
      services: [service('web', undefined, { [breaker]: 'requests=lots' })],
    })
    expect(translation.problems).toHaveLength(1)
    for (const host of ['one.example', 'two.example']) expect(reached(translation, host, '/')).toBe('limit-invalid')
    expect(reached(translation, 'own.example', '/')).toBe('default/web:80')
  })

  it('goes away with a corrected Service, and so does its problem', () => {
    const before = translate({ ingresses: worlds, services: [service('web', undefined, { [strategy]: 'best' })] })
    const after = translate({
      ingresses: worlds,
      services: [service('web', undefined, { [strategy]: 'p2c' })],
      previous: before,
    })
    expect(after.problems).toEqual([])
    expect(balancingOf(after, 'two.example')?.strategy).toBe('p2c')
  })
})

describe('two Ingresses that share a Service', () => {
  it('keep their settings to themselves', () => {
    const one = ingress({
      name: 'one',
      annotations: {
        [strategy]: 'ring-hash',
        [breaker]: 'requests=nonsense',
        'nginx.ingress.kubernetes.io/affinity': 'cookie',
        'ingresskit.dev/health-check': 'on',
      },
      spec: { rules: [rule('one.example', pathTo('web'))] },
    })
    const two = ingress({ name: 'two', spec: { rules: [rule('two.example', pathTo('web'))] } })
    const translation = translate({ ingresses: [one, two] })
    expect(problemsOf(translation)).toHaveLength(1)
    expect(reached(translation, 'one.example', '/')).toBe('limit-invalid')
    expect(reached(translation, 'two.example', '/')).toBe('default/web:80')
    expect(balancingOf(translation, 'two.example')).toEqual(onlyTarget(annotated({})).balancing)
  })
})
