import { describe, expect, it } from 'vitest'
import { ingress, pathTo, problemsOf, reached, rule, translate } from '../test/objects.ts'
import type { Translation } from './translate-ingresses.ts'

function annotated(annotations: Readonly<Record<string, string>>): Translation {
  return translate({ ingresses: [ingress({ annotations, spec: { rules: [rule('a.example', pathTo('web'))] } })] })
}

function balancingOf(translation: Translation): unknown {
  const match = translation.table.match('a.example', '/')
  return match.kind === 'none' ? undefined : match.rule.value.balancing
}

describe('balancing', () => {
  it('is round-robin unless said otherwise', () => {
    expect(balancingOf(annotated({}))).toEqual({ strategy: 'round-robin', provenance: 'default' })
  })

  it.each([
    ['ip', { kind: 'ip' }],
    ['header:X-User', { kind: 'header', name: 'x-user' }],
    ['cookie:Session', { kind: 'cookie', name: 'Session' }],
    ['query:q', { kind: 'query', name: 'q' }],
  ])('hashes on %s', (value, hashOn) => {
    const translation = annotated({ 'ingresskit.dev/load-balance': 'ring-hash', 'ingresskit.dev/hash-on': value })
    expect(balancingOf(translation)).toEqual({
      strategy: 'ring-hash',
      hashOn,
      provenance: 'ingresskit.dev/load-balance',
    })
    expect(translation.problems).toEqual([])
  })

  it.each([
    [{ 'ingresskit.dev/load-balance': 'best' }, 'error AnnotationInvalid'],
    [{ 'ingresskit.dev/load-balance': 'ring-hash', 'ingresskit.dev/hash-on': 'header:' }, 'error AnnotationInvalid'],
    [{ 'ingresskit.dev/load-balance': 'least-conn', 'ingresskit.dev/hash-on': 'ip' }, 'warning AnnotationInvalid'],
  ])('reports %j and serves the path all the same', (annotations, problem) => {
    const translation = annotated(annotations)
    expect(problemsOf(translation)[0]).toContain(problem)
    expect(reached(translation, 'a.example', '/')).toBe('default/web:80')
  })
})

describe('annotations that are not implemented', () => {
  it('refuses snippets and serves the path without them', () => {
    const translation = annotated({ 'nginx.ingress.kubernetes.io/configuration-snippet': 'deny all;' })
    expect(problemsOf(translation)).toEqual([
      "warning AnnotationRefused metadata.annotations['nginx.ingress.kubernetes.io/configuration-snippet']",
    ])
    expect(reached(translation, 'a.example', '/')).toBe('default/web:80')
  })

  it.each(['auth-url', 'auth-secret', 'whitelist-source-range', 'limit-rps'])(
    'does not serve a path unguarded that %s guards',
    name => {
      const translation = annotated({ [`nginx.ingress.kubernetes.io/${name}`]: 'x' })
      expect(reached(translation, 'a.example', '/')).toBe('guard-not-supported')
      expect(problemsOf(translation)[0]).toContain('error AnnotationNotSupported')
    },
  )

  it('leaves out a canary, which would take the traffic of the main Ingress otherwise', () => {
    expect(reached(annotated({ 'nginx.ingress.kubernetes.io/canary': 'true' }), 'a.example', '/')).toBe('no-host')
    expect(reached(annotated({ 'nginx.ingress.kubernetes.io/canary': 'false' }), 'a.example', '/')).toBe(
      'default/web:80',
    )
  })

  it('warns of settings without effect, and says nothing of annotations of others', () => {
    const translation = annotated({
      'nginx.ingress.kubernetes.io/proxy-buffer-size': '8k',
      'cert-manager.io/issuer': 'x',
    })
    expect(problemsOf(translation)).toEqual([
      "warning AnnotationNotSupported metadata.annotations['nginx.ingress.kubernetes.io/proxy-buffer-size']",
    ])
  })
})
