import type { EndpointSet, ServiceEndpoint } from '@ingresskit/endpoint-watcher'
import { describe, expect, it } from 'vitest'
import { BalancedEndpoints } from './balanced-endpoints.ts'

const ready = { ready: true, serving: true, terminating: false }
const ending = { ready: false, serving: true, terminating: true }
const gone = { ready: false, serving: false, terminating: true }

function endpoint(address: string, conditions = ready, zones?: readonly string[]): ServiceEndpoint {
  const place = { key: `${address}:80`, address, port: 80, conditions }
  return zones === undefined ? place : { ...place, hintZones: zones }
}

function setOf(...all: readonly ServiceEndpoint[]): EndpointSet {
  const usable = all.filter(({ conditions }) => conditions.ready)
  return { key: 'ns/web:80', namespace: 'ns', service: 'web', port: 80, all, usable }
}

const shown = (endpoints: readonly { readonly address: string; readonly weight?: number }[]): readonly string[] =>
  endpoints.map(({ address, weight }) => (weight === undefined ? address : `${address} weight ${weight}`))

describe('the endpoints that are balanced over', () => {
  const set = setOf(endpoint('10.0.0.1'), endpoint('10.0.0.2', ending), endpoint('10.0.0.3', gone))

  it('are the usable ones, as the very array of the set', () => {
    expect(new BalancedEndpoints(undefined).of(set, 'none')).toBe(set.usable)
    expect(new BalancedEndpoints(undefined).of(undefined, 'kept')).toEqual([])
  })

  it('hold those that end and still serve at weight 0 where sessions are kept, and are the same array each time', () => {
    const endpoints = new BalancedEndpoints(undefined)
    expect(shown(endpoints.of(set, 'kept'))).toEqual(['10.0.0.1', '10.0.0.2 weight 0'])
    expect(endpoints.of(set, 'kept')).toBe(endpoints.of(set, 'kept'))
  })

  it('are those that hints name for the zone; sessions of other zones stay where they are', () => {
    const zoned = setOf(endpoint('10.0.0.1', ready, ['east']), endpoint('10.0.0.2', ready, ['west']))
    expect(shown(new BalancedEndpoints('west').of(zoned, 'none'))).toEqual(['10.0.0.2'])
    expect(shown(new BalancedEndpoints('west').of(zoned, 'kept'))).toEqual(['10.0.0.2', '10.0.0.1 weight 0'])
    expect(new BalancedEndpoints(undefined).of(zoned, 'none')).toBe(zoned.usable)
  })

  it('are all that end when nothing else is left, each with its full share', () => {
    const all = [endpoint('10.0.0.2', ending)]
    const last = { ...setOf(...all), usable: all }
    expect(shown(new BalancedEndpoints(undefined).of(last, 'kept'))).toEqual(['10.0.0.2'])
  })
})
