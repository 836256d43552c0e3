import { describe, expect, it } from 'vitest'
import { compute, service } from '../test/objects.ts'

const external = (externalName: unknown, ports?: unknown) => service({ type: 'ExternalName', externalName, ports })

describe('a Service of type ExternalName', () => {
  it('leads nowhere unless allowed, and says so', () => {
    const sets = compute([external('api.example.com', [{ port: 443 }])], [])
    expect(sets.forPort('shop', 'web', 443)).toMatchObject({ usable: [], reason: 'external-name-denied' })
    expect(sets.problems).toMatchObject([
      { severity: 'warning', reason: 'ExternalNameDenied', namespace: 'shop', name: 'web' },
    ])
  })

  it('leads to its name on whatever port is asked for when allowed, the same object each time', () => {
    const sets = compute([external('API.example.com.')], [], { externalName: 'allow' })
    const set = sets.forPort('shop', 'web', 8443)
    expect(set?.usable).toMatchObject([{ key: 'api.example.com:8443', address: 'api.example.com', port: 8443 }])
    expect(sets.forPort('shop', 'web', 8443)).toBe(set)
    expect(sets.problems).toEqual([])
  })

  it('keeps the sets that were asked for when nothing about them changed', () => {
    const before = compute([external('api.example.com')], [], { externalName: 'allow' })
    const set = before.forPort('shop', 'web', 8443)
    const next = compute([external('api.example.com')], [], { externalName: 'allow', previous: before })
    expect(next.forPort('shop', 'web', 8443)).toBe(set)
    const moved = compute([external('other.example.com')], [], { externalName: 'allow', previous: next })
    expect(moved.forPort('shop', 'web', 8443)?.usable).toMatchObject([{ address: 'other.example.com' }])
  })

  it('forgets nothing when the policy changes', () => {
    const object = external('api.example.com', [{ port: 443 }])
    const denied = compute([object], [])
    const allowed = compute([object], [], { externalName: 'allow', previous: denied })
    expect(allowed.forPort('shop', 'web', 443)?.usable).toHaveLength(1)
  })

  it.each([
    'localhost',
    'LOCALHOST.',
    'a.localhost',
    'localhost.localdomain',
    'ip6-localhost',
    '127.0.0.1',
    '127.9.9.9',
    '::1',
    '::ffff:127.0.0.1',
    '0.0.0.0',
    '::',
    '169.254.169.254',
    '::ffff:169.254.169.254',
    'fe80::1',
    '224.0.0.1',
    '127.1',
    '2130706433',
    '0x7f.1',
    '0177.0.0.1',
  ])('is refused for %s even when allowed', name => {
    const sets = compute([external(name, [{ port: 80 }])], [], { externalName: 'allow', loopback: 'allow' })
    expect(sets.forPort('shop', 'web', 80)).toMatchObject({ usable: [], reason: 'external-name-denied' })
    expect(sets.problems).toMatchObject([
      { severity: 'error', reason: 'ExternalNameRefused', field: 'spec.externalName' },
    ])
  })

  it.each([undefined, '', 'a b', '-a.example', 'a..b', `${'a'.repeat(64)}.example`, 7, {}, 'evil.example/\r\n'])(
    'is invalid with the name %j',
    name => {
      const sets = compute([external(name, [{ port: 80 }])], [], { externalName: 'allow' })
      expect(sets.forPort('shop', 'web', 80)?.usable).toEqual([])
      expect(sets.problems).toMatchObject([{ reason: 'ExternalNameInvalid' }])
    },
  )

  it('may be a public IP literal', () => {
    const sets = compute([external('2001:db8::1', [{ port: 80 }])], [], { externalName: 'allow' })
    expect(sets.forPort('shop', 'web', 80)?.usable).toMatchObject([{ key: '[2001:db8::1]:80' }])
  })
})
