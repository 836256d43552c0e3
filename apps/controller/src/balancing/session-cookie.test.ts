import { describe, expect, it } from 'vitest'
import { sessionCookie } from './session-cookie.ts'
import { sessionSigner } from './session-signer.ts'

const context = { scheme: 'http', rulePath: '/shop', userAgent: undefined, nowMs: Date.UTC(2026, 0, 1) } as const

describe('the session cookie', () => {
  it('is limited to the path of its rule, hidden from scripts, and secure over HTTPS', () => {
    expect(sessionCookie({ name: 'S', secure: 'https' }, 'token', context)).toBe('S=token; Path=/shop; HttpOnly')
    expect(sessionCookie({ name: 'S', secure: 'https' }, 'token', { ...context, scheme: 'https', rulePath: '' })).toBe(
      'S=token; Path=/; Secure; HttpOnly',
    )
  })

  it.each(['/a; Domain=evil.test', '/ä', '/a b', ''])(
    'is for the whole host when the path %j does not fit into it',
    rulePath => {
      expect(sessionCookie({ name: 'S', secure: 'https' }, 't', { ...context, rulePath })).toBe('S=t; Path=/; HttpOnly')
    },
  )

  it('has the attributes that the Ingress gives it', () => {
    const settings = {
      name: 'S',
      path: '/x',
      domain: 'shop.example',
      maxAgeSeconds: 60,
      expiresSeconds: 60,
      secure: 'always',
      sameSite: 'Lax',
    } as const
    expect(sessionCookie(settings, 't', context)).toBe(
      'S=t; Path=/x; Domain=shop.example; Max-Age=60; Expires=Thu, 01 Jan 2026 00:01:00 GMT; Secure; HttpOnly; SameSite=Lax',
    )
  })

  it.each([
    ['Chrome 60', 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/60.0.1 Safari/537.36', false],
    ['Chrome 80', 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/80.0.1 Safari/537.36', true],
    [
      'iOS 12',
      'Mozilla/5.0 (iPhone; CPU iPhone OS 12_4 like Mac OS X) AppleWebKit/605.1 Version/12.1 Safari/604',
      false,
    ],
    [
      'iOS 13',
      'Mozilla/5.0 (iPhone; CPU iPhone OS 13_1 like Mac OS X) AppleWebKit/605.1 Version/13.0 Safari/604',
      true,
    ],
    [
      'Safari on macOS 10.14',
      'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_14_6) AppleWebKit/605.1 Version/12 Safari/605',
      false,
    ],
  ])('says SameSite=None to %s only when that browser understands it', (_name, userAgent, isSent) => {
    const settings = { name: 'S', secure: 'https', sameSite: 'None' } as const
    expect(
      sessionCookie({ ...settings, conditionalSameSiteNone: true }, 't', { ...context, userAgent }).includes(
        'SameSite=None',
      ),
    ).toBe(isSent)
    expect(sessionCookie(settings, 't', { ...context, userAgent })).toContain('None')
  })
})

describe('the signature of a session', () => {
  const key = new Uint8Array(32).fill(7)

  it('depends on the key, the backend and the text, and is fit for a cookie', () => {
    const sign = sessionSigner(key, 'ns/web:80')
    expect(sign('10.0.0.1:80')).toMatch(/^[A-Za-z0-9_-]{22}$/)
    expect(sessionSigner(key, 'ns/web:80')('10.0.0.1:80')).toBe(sign('10.0.0.1:80'))
    expect(
      new Set([
        sign('a'),
        sign('b'),
        sessionSigner(key, 'ns/api:80')('a'),
        sessionSigner(new Uint8Array(32), 'ns/web:80')('a'),
      ]).size,
    ).toBe(4)
  })
})
