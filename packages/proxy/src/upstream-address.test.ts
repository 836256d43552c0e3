import { describe, expect, it } from 'vitest'
import { isRefusedAddress, upstreamAddress } from './upstream-address.ts'

describe('isRefusedAddress', () => {
  it.each([
    '127.0.0.1',
    '127.9.9.9',
    '0.0.0.0',
    '169.254.169.254',
    '::1',
    '::',
    'fe80::1',
    '::ffff:127.0.0.1',
    '::ffff:169.254.169.254',
    '::127.0.0.1',
    '64:ff9b::7f00:1',
    '64:ff9b:1::7f00:1',
    '::ffff:0:127.0.0.1',
    '2002:7f00:1::',
    'fec0::1',
    'fd00:ec2::254',
    '100.100.100.200',
    '224.0.0.1',
    '255.255.255.255',
    'ff02::1',
    'nonsense',
  ])('refuses %s', address => {
    expect(isRefusedAddress(address)).toBe(true)
  })

  it.each(['10.0.0.1', '203.0.113.1', '2001:db8::1', 'fd00::1'])('allows %s', address => {
    expect(isRefusedAddress(address)).toBe(false)
  })
})

describe('upstreamAddress', () => {
  const never = (): Promise<never> => Promise.reject(new Error('not to be called'))

  it('gives a literal as it is, loopback included, without a lookup', () => {
    expect(upstreamAddress('127.0.0.1', never)).toBe('127.0.0.1')
    expect(upstreamAddress('::1', never)).toBe('::1')
  })

  it('gives the first address of a name that may be connected to', async () => {
    const lookup = () =>
      Promise.resolve([
        { address: '127.0.0.1', family: 4 as const },
        { address: '10.0.0.7', family: 4 as const },
      ])
    await expect(upstreamAddress('svc.test', lookup)).resolves.toBe('10.0.0.7')
  })

  it('rejects a name with refused addresses only, or with none', async () => {
    await expect(
      upstreamAddress('x.test', () => Promise.resolve([{ address: '::1', family: 6 as const }])),
    ).rejects.toThrow('x.test')
    await expect(upstreamAddress('x.test', () => Promise.resolve([]))).rejects.toThrow('x.test')
  })
})
