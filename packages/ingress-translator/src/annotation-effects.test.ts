import { describe, expect, it } from 'vitest'
import { annotated, problemsOf, reached } from '../test/objects.ts'

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

  it.each(['ingresskit.dev/canary', 'nginx.ingress.kubernetes.io/match-language'])(
    'leaves out an Ingress with %s, whose prefix is the wrong one: it would take the traffic of another',
    annotation => {
      const translation = annotated({ [annotation]: 'zh' })
      expect(reached(translation, 'a.example', '/')).toBe('no-host')
      expect(problemsOf(translation)).toEqual([`error AnnotationNotSupported metadata.annotations['${annotation}']`])
    },
  )

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
