import { describe, expect, it } from 'vitest'
import { annotated, messagesOf, onlyTarget, problemsOf } from '../test/objects.ts'
import type { Balancing } from './balancing.ts'

const nginx = (settings: Readonly<Record<string, string>>): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(settings).map(([name, value]) => [`nginx.ingress.kubernetes.io/${name}`, value]))

const balancingOf = (settings: Readonly<Record<string, string>>): Balancing =>
  onlyTarget(annotated(nginx({ affinity: 'cookie', ...settings }))).balancing

const plainCookie = { name: 'INGRESSCOOKIE', secure: 'https' }

describe('affinity: cookie', () => {
  it('is balanced unless said otherwise, which takes a hash strategy', () => {
    const balancing = balancingOf({})
    expect(balancing).toMatchObject({
      strategy: 'ring-hash',
      affinity: { mode: 'balanced', cookie: plainCookie, onFailure: 'stay' },
      decidedBy: { affinity: 'Ingress default/site nginx.ingress.kubernetes.io/affinity' },
    })
    expect(balancing.decidedBy['load-balance']).toBe(balancing.decidedBy['affinity'])
  })

  it('is sticky for canaries, and says that it cannot be otherwise', () => {
    const behaviour = (value: string): readonly string[] =>
      messagesOf(annotated(nginx({ affinity: 'cookie', 'affinity-canary-behavior': value })))
    expect(behaviour('sticky')).toEqual([])
    expect(behaviour('legacy')).toEqual([expect.stringContaining('legacy is not supported')])
    expect(behaviour('maybe')).toEqual([expect.stringContaining('sticky is used')])
  })

  it('keeps a hash strategy that was chosen, and says so where another one cannot be kept', () => {
    const affinity = nginx({ affinity: 'cookie' })
    const maglev = annotated({ ...affinity, 'ingresskit.dev/load-balance': 'maglev' })
    expect(maglev.problems).toEqual([])
    expect(onlyTarget(maglev).balancing.strategy).toBe('maglev')
    const leastConn = annotated({ ...affinity, 'ingresskit.dev/load-balance': 'least-conn' })
    expect(messagesOf(leastConn)).toEqual([expect.stringContaining('affinity-mode: persistent')])
    expect(onlyTarget(leastConn).balancing.strategy).toBe('ring-hash')
  })

  it('leaves the strategy alone when it is persistent', () => {
    expect(balancingOf({ 'affinity-mode': 'persistent' })).toMatchObject({
      strategy: 'round-robin',
      affinity: { mode: 'persistent' },
    })
  })

  it.each([
    ['session-cookie-name', 'shop_id', { name: 'shop_id' }],
    ['session-cookie-path', '/shop', { path: '/shop' }],
    ['session-cookie-domain', '.Shop.example', { domain: 'shop.example' }],
    ['session-cookie-samesite', 'None', { sameSite: 'None' }],
    ['session-cookie-secure', 'true', { secure: 'always' }],
    ['session-cookie-max-age', '3600', { maxAgeSeconds: 3600 }],
    ['session-cookie-expires', '0', { expiresSeconds: 0 }],
    ['session-cookie-conditional-samesite-none', 'true', { conditionalSameSiteNone: true }],
  ])('reads %s: %s', (name, value, attribute) => {
    expect(balancingOf({ [name]: value }).affinity?.cookie).toEqual({ ...plainCookie, ...attribute })
  })

  it('moves clients on failure only when told to', () => {
    expect(balancingOf({ 'session-cookie-change-on-failure': 'true' }).affinity?.onFailure).toBe('move')
    expect(balancingOf({ 'session-cookie-change-on-failure': 'false' }).affinity?.onFailure).toBe('stay')
  })

  it.each([
    ['session-cookie-name', 'a=b; Domain=evil.example'],
    ['session-cookie-path', '/; Domain=evil.example'],
    ['session-cookie-path', '/a\r\nSet-Cookie: x=1'],
    ['session-cookie-path', 'shop'],
    ['session-cookie-domain', 'shop.example; Secure'],
    ['session-cookie-domain', 'a..b'],
    ['session-cookie-samesite', 'Lax; x'],
    ['session-cookie-secure', 'yes'],
    ['session-cookie-max-age', '1h'],
    ['session-cookie-expires', '007'],
    ['session-cookie-conditional-samesite-none', 'maybe'],
    ['session-cookie-change-on-failure', 'maybe'],
    ['affinity-mode', 'sticky'],
  ])('refuses %s: %j, and the cookie has its default there', (name, value) => {
    const translation = annotated(nginx({ affinity: 'cookie', [name]: value }))
    expect(problemsOf(translation)).toEqual([
      `error AnnotationInvalid metadata.annotations['nginx.ingress.kubernetes.io/${name}']`,
    ])
    expect(onlyTarget(translation).balancing.affinity).toEqual({
      mode: 'balanced',
      cookie: plainCookie,
      onFailure: 'stay',
    })
  })

  it('warns that a cookie over https is Secure also where it is told not to be', () => {
    const translation = annotated(nginx({ affinity: 'cookie', 'session-cookie-secure': 'false' }))
    expect(problemsOf(translation)).toEqual([
      "warning AnnotationInvalid metadata.annotations['nginx.ingress.kubernetes.io/session-cookie-secure']",
    ])
  })
})

describe('without affinity: cookie', () => {
  it('nothing is kept, and what belongs to it is a warning', () => {
    const translation = annotated(nginx({ 'session-cookie-name': 'x' }))
    expect(onlyTarget(translation).balancing).not.toHaveProperty('affinity')
    expect(problemsOf(translation)).toEqual([
      "warning AnnotationInvalid metadata.annotations['nginx.ingress.kubernetes.io/session-cookie-name']",
    ])
  })

  it('another kind of affinity is a problem', () => {
    const translation = annotated(nginx({ affinity: 'ip' }))
    expect(onlyTarget(translation).balancing).not.toHaveProperty('affinity')
    expect(messagesOf(translation)).toEqual([expect.stringContaining('use cookie')])
  })
})
