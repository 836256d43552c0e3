import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import '../test/seed.ts'
import { preferZone, type ZonedEndpoint } from './prefer-zone.ts'

const zones = ['z1', 'z2', 'z3']
const endpoints: fc.Arbitrary<readonly ZonedEndpoint[]> = fc.uniqueArray(
  fc.record(
    { key: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'), weight: fc.nat(2), hintZones: fc.subarray(zones) },
    { requiredKeys: ['key'] },
  ),
  { selector: endpoint => endpoint.key },
)
const inZone = (key: string, ...hintZones: string[]): ZonedEndpoint => ({ key, hintZones })

describe('preferZone', () => {
  it('keeps the endpoints that are meant for the zone, in their order', () => {
    const all = [inZone('c', 'z1'), inZone('b', 'z2'), inZone('a', 'z2', 'z1')]
    expect(preferZone(all, 'z1').map(({ key }) => key)).toEqual(['c', 'a'])
  })

  it('ignores all hints when one endpoint has none, when nobody is meant for the zone, and without a zone', () => {
    const hinted = [inZone('a', 'z1'), inZone('b', 'z2')]
    for (const bare of [{ key: 'c' }, inZone('c')]) {
      const all = [...hinted, bare]
      expect(preferZone(all, 'z1')).toBe(all)
    }
    for (const zone of ['z3', '', undefined]) expect(preferZone(hinted, zone)).toBe(hinted)
  })

  it('keeps draining endpoints, which have no hints, and gives them no say', () => {
    const draining = { key: 'd', weight: 0 }
    const all = [inZone('a', 'z1'), draining, inZone('b', 'z2')]
    expect(preferZone(all, 'z1')).toEqual([inZone('a', 'z1'), draining])
    const elsewhere = [{ key: 'd', weight: 0, hintZones: ['z1'] }, inZone('b', 'z2')]
    expect(preferZone(elsewhere, 'z1')).toBe(elsewhere)
  })

  it('leaves pickable endpoints if there are any, and gives back the very array when it leaves nobody out', () => {
    fc.assert(
      fc.property(endpoints, fc.constantFrom(...zones), (all, zone) => {
        const kept = preferZone(all, zone)
        const isPickable = ({ weight }: ZonedEndpoint): boolean => weight !== 0
        expect(kept.some(isPickable)).toBe(all.some(isPickable))
        expect(kept === all).toBe(kept.length === all.length)
        expect(preferZone(kept, zone)).toBe(kept)
      }),
    )
  })

  it('follows an endpoint that leaves, returns without hints and gets them again', () => {
    const [a, b] = [inZone('a', 'z1'), inZone('b', 'z2')]
    const keysOf = (all: readonly ZonedEndpoint[]): string =>
      preferZone(all, 'z1')
        .map(({ key }) => key)
        .join('')
    expect([[a, b], [b], [b, { key: 'a' }], [b, a]].map(keysOf)).toEqual(['a', 'b', 'ba', 'a'])
  })
})
