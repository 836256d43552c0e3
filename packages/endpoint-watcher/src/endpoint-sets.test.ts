import { describe, expect, it } from 'vitest'
import { compute, plainService, service, slice } from '../test/objects.ts'

const keysOf = (endpoints: readonly { readonly key: string }[] | undefined): string[] | undefined =>
  endpoints?.map(({ key }) => key)

describe('conditions of an endpoint', () => {
  it.each([
    { given: undefined, read: { ready: true, serving: true, terminating: false } },
    { given: null, read: { ready: true, serving: true, terminating: false } },
    { given: {}, read: { ready: true, serving: true, terminating: false } },
    { given: { ready: null }, read: { ready: true, serving: true, terminating: false } },
    { given: { ready: false }, read: { ready: false, serving: false, terminating: false } },
    { given: { ready: false, serving: true }, read: { ready: false, serving: true, terminating: false } },
    {
      given: { ready: false, serving: true, terminating: true },
      read: { ready: false, serving: true, terminating: true },
    },
  ])('are $read when the slice says $given', ({ given, read }) => {
    const sets = compute([plainService], [slice({ endpoints: [{ addresses: ['10.0.0.1'], conditions: given }] })])
    expect(sets.forPort('shop', 'web', 80)?.all[0]?.conditions).toEqual(read)
    expect(sets.problems).toEqual([])
  })

  const ready = { addresses: ['10.0.0.1'], conditions: { ready: true } }
  const draining = { addresses: ['10.0.0.2'], conditions: { ready: false, serving: true, terminating: true } }
  const unready = { addresses: ['10.0.0.3'], conditions: { ready: false, serving: false, terminating: false } }
  const starting = { addresses: ['10.0.0.4'], conditions: { ready: false, serving: true, terminating: false } }
  it.each([
    { title: 'the ready ones', endpoints: [ready, draining, unready], usable: ['10.0.0.1:8080'] },
    {
      title: 'the ones that serve while terminating when none is ready',
      endpoints: [draining, unready],
      usable: ['10.0.0.2:8080'],
    },
    { title: 'none when none is ready or serves while terminating', endpoints: [unready, starting], usable: [] },
  ])('leave usable $title', ({ endpoints, usable }) => {
    const set = compute([plainService], [slice({ endpoints })]).forPort('shop', 'web', 80)
    expect(keysOf(set?.usable)).toEqual(usable)
    expect(set?.all).toHaveLength(endpoints.length)
    expect(set?.reason).toBe(usable.length === 0 ? 'none-ready' : undefined)
  })
})

describe('ports of a Service and its slices', () => {
  const endpoints = [{ addresses: ['10.0.0.1'] }]
  it.each([
    {
      title: 'joins by name',
      port: { name: 'http', port: 80, targetPort: 'web' },
      ports: [
        { name: 'http', port: 8080 },
        { name: 'admin', port: 9 },
      ],
      keys: ['10.0.0.1:8080'],
    },
    {
      title: 'takes a missing and an empty name for the same',
      port: { port: 80 },
      ports: [{ name: '', port: 8080 }],
      keys: ['10.0.0.1:8080'],
    },
    {
      title: 'takes a null name for no name',
      port: { port: 80, name: '' },
      ports: [{ name: null, port: 8080 }],
      keys: ['10.0.0.1:8080'],
    },
    {
      title: 'uses targetPort when the slice restricts no ports',
      port: { port: 80, targetPort: 8081 },
      ports: null,
      keys: ['10.0.0.1:8081'],
    },
    {
      title: 'uses the port itself when there is no targetPort either',
      port: { port: 80 },
      ports: undefined,
      keys: ['10.0.0.1:80'],
    },
    {
      title: 'uses targetPort for a slice port without a number',
      port: { port: 80, targetPort: 8081 },
      ports: [{ name: '' }],
      keys: ['10.0.0.1:8081'],
    },
    {
      title: 'finds nothing for a named targetPort when no slice port says its number',
      port: { port: 80, targetPort: 'web' },
      ports: null,
      keys: [],
    },
    {
      title: 'finds nothing under another name',
      port: { name: 'http', port: 80 },
      ports: [{ name: 'admin', port: 9 }],
      keys: [],
    },
    {
      title: 'ignores UDP ports of a slice',
      port: { port: 80 },
      ports: [{ name: '', port: 53, protocol: 'UDP' }],
      keys: [],
    },
  ])('$title', ({ port, ports, keys }) => {
    const set = compute([service({ ports: [port] })], [slice({ ports, endpoints })]).forPort('shop', 'web', 80)
    expect(keysOf(set?.usable)).toEqual(keys)
    expect(set?.reason).toBe(keys.length === 0 ? 'port-not-found' : undefined)
  })

  it('gives every TCP port a set and UDP ports none', () => {
    const ports = [
      { name: 'http', port: 80, appProtocol: 'kubernetes.io/h2c' },
      { name: 'dns', port: 53, protocol: 'UDP' },
      { name: 'admin', port: 81 },
    ]
    const sets = compute([service({ ports })], [])
    expect([...sets.sets.keys()]).toEqual(['shop/web:80', 'shop/web:81'])
    expect(sets.forService('shop', 'web')?.map(set => [set.portName, set.appProtocol, set.reason])).toEqual([
      ['http', 'kubernetes.io/h2c', 'no-slices'],
      ['admin', undefined, 'no-slices'],
    ])
    expect(sets.forPort('shop', 'web', 53)).toBeUndefined()
    expect(sets.forService('shop', 'other')).toBeUndefined()
  })

  it('says none-ready for the placeholder slice of a Service that selects nothing', () => {
    const set = compute([plainService], [slice({ endpoints: null, ports: null })]).forPort('shop', 'web', 80)
    expect(set?.reason).toBe('none-ready')
  })
})

describe('several slices of one Service', () => {
  it('are merged, ordered by key, with zone, hints and pod', () => {
    const one = slice({
      endpoints: [
        {
          addresses: ['10.0.0.9'],
          zone: 'z1',
          hints: { forZones: [{ name: 'z1' }] },
          targetRef: { kind: 'Pod', name: 'p9' },
        },
      ],
    })
    const two = slice(
      { endpoints: [{ addresses: ['10.0.0.1', '10.9.9.9'], targetRef: { kind: 'Node', name: 'n' } }] },
      'web-b',
    )
    const conditions = { ready: true, serving: true, terminating: false }
    expect(compute([plainService], [one, two]).forPort('shop', 'web', 80)?.usable).toEqual([
      { key: '10.0.0.1:8080', address: '10.0.0.1', port: 8080, conditions },
      { key: '10.0.0.9:8080', address: '10.0.0.9', port: 8080, conditions, zone: 'z1', hintZones: ['z1'], pod: 'p9' },
    ])
  })

  it('may name the same address twice: it is one endpoint, ready if one of them says so', () => {
    const old = slice({ endpoints: [{ addresses: ['10.0.0.1'], conditions: { ready: false }, zone: 'old' }] })
    const fresh = slice({ endpoints: [{ addresses: ['10.0.0.1'], conditions: { ready: true }, zone: 'new' }] }, 'web-b')
    expect(compute([plainService], [old, fresh]).forPort('shop', 'web', 80)?.all).toMatchObject([{ zone: 'new' }])
  })

  it('of other Services and namespaces, or without the label, take no part', () => {
    const endpoints = [{ addresses: ['10.0.0.1'] }]
    const foreign = { ...slice({ endpoints }), metadata: { ...slice({}).metadata, namespace: 'bank' } }
    const unlabelled = { ...slice({ endpoints }), metadata: { namespace: 'shop', name: 'x' } }
    const sets = compute([plainService], [slice({ endpoints }, 'o', 'other'), foreign, unlabelled])
    expect(sets.forPort('shop', 'web', 80)?.reason).toBe('no-slices')
  })
})

describe('a dual-stack Service', () => {
  const four = slice({ endpoints: [{ addresses: ['10.0.0.1'] }] })
  const six = slice({ addressType: 'IPv6', endpoints: [{ addresses: ['FD00:0::1'] }] }, 'web-6')
  const ports = [{ port: 80 }]
  it.each([
    { families: ['IPv4', 'IPv6'], keys: ['10.0.0.1:8080'] },
    { families: ['IPv6', 'IPv4'], keys: ['[fd00::1]:8080'] },
    { families: undefined, keys: ['10.0.0.1:8080', '[fd00::1]:8080'] },
  ])('uses $keys when its families are $families', ({ families, keys }) => {
    const sets = compute([service({ ports, ipFamilies: families })], [six, four])
    expect(keysOf(sets.forPort('shop', 'web', 80)?.usable)).toEqual(keys)
  })

  it('uses the other family when its primary one has no endpoint', () => {
    const sets = compute(
      [service({ ports, ipFamilies: ['IPv6', 'IPv4'] })],
      [slice({ addressType: 'IPv6', endpoints: [] }, 'e'), four],
    )
    expect(keysOf(sets.forPort('shop', 'web', 80)?.usable)).toEqual(['10.0.0.1:8080'])
  })
})
