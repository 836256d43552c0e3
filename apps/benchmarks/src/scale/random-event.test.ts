import type { FakeObjectInput } from '@ingresskit/testkit'
import { beforeEach, describe, expect, it } from 'vitest'
import { randomNumbers } from '../random-numbers.ts'
import { randomEvents } from './random-event.ts'
import { type ClusterShape, clusterObjects, type Endpoint } from './scale-set.ts'

const shape: ClusterShape = {
  ingresses: 50,
  paths: 3,
  services: 20,
  endpoints: 4030,
  backendPorts: { a: 1, b: 2 },
}
let objects: Map<string, FakeObjectInput>

const keyOf = ({ kind, metadata }: FakeObjectInput): string => `${kind} ${metadata.namespace ?? ''}/${metadata.name}`
const stored = (kind: string, key: string): FakeObjectInput => {
  const found = objects.get(`${kind} ${key}`)
  if (found === undefined) throw new Error(`there is no ${kind} ${key}`)
  return found
}
const addresses = (): readonly string[] =>
  [...objects.values()]
    .filter(({ kind, metadata }) => kind === 'EndpointSlice' && metadata.name.startsWith('service-'))
    .flatMap(slice => slice['endpoints'] as readonly Endpoint[])
    .flatMap(({ addresses: [address = ''] }) => address)

beforeEach(() => {
  objects = new Map([...clusterObjects(shape)].map(object => [keyOf(object), object]))
})

describe('the cluster', () => {
  it('has as many endpoints as asked for, each with an address of its own', () => {
    expect(addresses()).toHaveLength(shape.endpoints)
    expect(new Set(addresses()).size).toBe(shape.endpoints)
  })
})

describe('changes', () => {
  it('are of objects that exist, in the shares that are told', () => {
    const draw = randomEvents(shape, { random: randomNumbers(1, 'events'), stored })
    const counts = { endpoints: 0, ingress: 0, service: 0, status: 0 }
    for (let number = 0; number < 5000; number += 1) {
      const { kind, object } = draw()
      expect(objects.has(keyOf(object))).toBe(true)
      expect(object).not.toEqual(objects.get(keyOf(object)))
      objects.set(keyOf(object), object)
      counts[kind] += 1
    }
    expect(counts.endpoints / 5000).toBeCloseTo(0.8, 1)
    expect(counts.ingress / 5000).toBeCloseTo(0.1, 1)
    expect(counts.service / 5000).toBeCloseTo(0.05, 1)
    expect(counts.status / 5000).toBeCloseTo(0.05, 1)
  })

  it('leave every address to one endpoint, and those of Services with traffic on loopback', () => {
    const draw = randomEvents(shape, { random: randomNumbers(2, 'events'), stored })
    for (let number = 0; number < 2000; number += 1) {
      const { object } = draw()
      objects.set(keyOf(object), object)
    }
    expect(new Set(addresses()).size).toBe(shape.endpoints)
    const hot = [...objects.values()].filter(({ metadata }) => metadata.name.startsWith('service-0-'))
    for (const slice of hot)
      for (const {
        addresses: [address],
      } of slice['endpoints'] as readonly Endpoint[])
        expect(address).toMatch(/^127\./)
  })
})
